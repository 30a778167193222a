# SPDX-License-Identifier: GPL-2.0-only
#
# Sphinx' settings; tools/docs.sh calls it.

import os
import sys

kernel_doc = os.environ['KSW_KERNEL_DOC']
top = os.path.abspath('..')
sys.path.insert(0, os.path.join(kernel_doc, 'Documentation', 'sphinx'))

project = 'ksworker'
author = 'the ksworker authors'
copyright = author
version = release = os.environ['KSW_VERSION']
master_doc = 'index'
exclude_patterns = ['output']

extensions = ['kerneldoc', 'automarkup', 'sphinx.ext.graphviz']
kerneldoc_bin = os.path.join(kernel_doc, 'scripts', 'kernel-doc')
kerneldoc_srctree = top

primary_domain = 'c'
highlight_language = 'none'
c_id_attributes = ['__acquires', '__releases', 'KSW_INLINE']
graphviz_output_format = 'svg'

html_theme = 'alabaster'
html_theme_options = {
    'description': "Windows' worker and work item calls for Linux drivers",
    'page_width': 'auto',
    'sidebar_width': '15em',
    'fixed_sidebar': True,
}
html_show_sourcelink = False
html_show_copyright = False
html_sidebars = {'**': ['about.html', 'navigation.html', 'searchbox.html']}
html_static_path = ['static']
html_css_files = ['ksworker.css']
