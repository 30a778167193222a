# SPDX-License-Identifier: GPL-2.0-only
#
# gnuplot -e "data='FILE'; kernel='RELEASE'" chart.gp: the chart of the documentation

set terminal svg size 1040,480 dynamic enhanced font "sans-serif,12" background rgb "white"
set multiplot layout 1,2 margins 0.05,0.93,0.24,0.86 spacing 0.07 title "Guest instructions per operation, Linux ".kernel." (fewer is better)"
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
unset multiplot
