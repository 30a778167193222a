# SPDX-License-Identifier: GPL-2.0-only
#
# gnuplot -e "data='FILE'; kernel='RELEASE'" chart.gp: the chart of the documentation

set terminal svg size 1480,480 dynamic enhanced font "sans-serif,12" background rgb "white"
set multiplot layout 1,3 margins 0.04,0.96,0.26,0.86 spacing 0.05 title "Guest instructions per operation, Linux ".kernel." (fewer is better)"
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set boxwidth 0.9
set grid ytics
set xtics rotate by -25 left noenhanced
set key top right
set title "In order, on one queue"
set yrange [0:1100]
plot data index 0 using 2:xtic(1) title "queued, queue busy" linecolor rgb "#4878a8", \
     "" index 0 using 3 title "queued and run" linecolor rgb "#a8c0d8", \
     "" index 0 using 4 title "requeued by itself and run" linecolor rgb "#d8a050"
set title "Side by side, on a shared queue"
set yrange [0:1400]
plot data index 1 using 2:xtic(1) title "queued, others before" linecolor rgb "#4878a8", \
     "" index 1 using 3 title "queued and run" linecolor rgb "#a8c0d8", \
     "" index 1 using 4 title "requeued by itself and run" linecolor rgb "#d8a050"
set title "The calls around work items, of Linux' own"
set yrange [0:*]
plot data index 2 using 2:xtic(1) title "instructions, of those of Linux' own" linecolor rgb "#4878a8", \
     "" index 2 using 3 title "the goal" linecolor rgb "#d8a050"
unset multiplot
