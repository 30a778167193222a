# SPDX-License-Identifier: GPL-2.0-only
#
# gnuplot -e "data='FILE'" smp.gp: the chart of Documentation/processors.rst

set terminal svg size 1040,480 dynamic enhanced font "sans-serif,12" background rgb "white"
set multiplot layout 1,2 margins 0.05,0.93,0.24,0.86 spacing 0.07 title "Nanoseconds on two processors (fewer is better)"
set datafile missing "-"
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set boxwidth 0.9
set grid ytics
set xtics rotate by -25 left noenhanced
set key top left
set yrange [0:*]
set title "A call"
plot data index 0 using 2:xtic(1) title "one producer" linecolor rgb "#4878a8", \
     "" index 0 using 3 title "two on one queue" linecolor rgb "#a8c0d8", \
     "" index 0 using 4 title "two, each its own queue" linecolor rgb "#d8a050"
set title "Queued and run, per item"
plot data index 1 using 2:xtic(1) title "one producer" linecolor rgb "#4878a8", \
     "" index 1 using 3 title "two on one queue" linecolor rgb "#a8c0d8"
unset multiplot
