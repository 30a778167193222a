# SPDX-License-Identifier: GPL-2.0-only
#
# Prints the first block of C code of a Markdown file; fails where there is none.

/^```/ && inside	{ exit }
inside			{ print; lines++; next }
/^```c[ \t]*$/		{ inside = 1 }
END {
	if (!lines) {
		print "no block of C code, begun by ```c, in " FILENAME > "/dev/stderr"
		exit 1
	}
}
