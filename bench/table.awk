# SPDX-License-Identifier: GPL-2.0-only
#
# awk -v mode=table|native|json|figures|chart|check [-v kernel=RELEASE] -f table.awk FILE...
#
# Makes of ksw_bench's results (lines "KEY HUNDREDTHS") and of the file rows the
# table that a person reads, the JSON that a script reads, the part of it that is
# committed, or the data of the chart. "check" compares with a committed file, which
# comes first, and exits 1 where a row is worse by more than 2 per cent.

BEGIN {
	FS = "|"
	ways = "KsQueueWorkItem|ExQueueWorkItem|IoQueueWorkItem|IoQueueWorkItemEx|" \
		"queue_work, ordered|queue_work, unbound|queue_work, per-cpu|kthread_queue_work|" \
		"spinlock and list, drained by one work|one thread, an entry allocated at each call"
}

# the committed figures: one row per line
FILENAME ~ /figures\.json$/ {
	if (match($0, /^ *"[a-z0-9_]+": [0-9.]+,?$/)) {
		split($0, part, "\"")
		value = part[3]
		gsub(/[^0-9.]/, "", value)
		was[part[2]] = value
		known++
	}
	next
}

FILENAME ~ /rows(\.native)?$/ {
	if ($0 == "" || $0 ~ /^#/)
		next
	n++
	name[n] = $1; what[n] = $2; against[n] = $3; ours[n] = $4; raw[n] = $5; bar[n] = $6
	next
}

{
	if (split($0, part, " ") != 2)
		next
	# measured more than once: the least
	if (!(part[1] in figure))
		order[++keys] = part[1]
	else if (part[2] / 100 >= figure[part[1]])
		next
	figure[part[1]] = part[2] / 100
}

function text(value)
{
	return value == int(value) ? sprintf("%d", value) : sprintf("%.2f", value)
}

# a row's figure: the ratio, or what is counted
function of_row(i)
{
	return raw[i] == "-" ? figure[ours[i]] : figure[ours[i]] / figure[raw[i]]
}

function as_text(i)
{
	return raw[i] == "-" ? text(of_row(i)) : sprintf("%.4f", of_row(i))
}

function met(i)
{
	return of_row(i) <= bar[i] + 0
}

function complete(i)
{
	for (i = 1; i <= n; i++) {
		if (!(ours[i] in figure) || (raw[i] != "-" && !(raw[i] in figure))) {
			print "table.awk: no figure for " name[i] >"/dev/stderr"
			return 0
		}
	}
	return n
}

function line(width, i, s)
{
	for (i = 0; i < width; i++)
		s = s "-"
	return s
}

function table(i, missed)
{
	printf "%-50s %-16s %10s %10s %7s %6s  %s\n", "operation", "against", "ours", unit,
		"ratio", "bar", "met?"
	print line(109)
	for (i = 1; i <= n; i++) {
		printf "%-50s %-16s %10s %10s %7s %6s  %s\n", what[i], against[i],
			text(figure[ours[i]]),
			raw[i] == "-" ? "-" : text(figure[raw[i]]),
			raw[i] == "-" ? "-" : sprintf("%.3f", of_row(i)), bar[i],
			bar[i] == "-" ? "" : met(i) ? "yes" : "NO"
		if (bar[i] != "-" && !met(i))
			missed++
	}
	print line(109)
	printf "%d rows have a bar, %d of them are not met\n", bars(), missed
}

function bars(i, count)
{
	for (i = 1; i <= n; i++)
		count += bar[i] != "-"
	return count
}

# ways in lines, operations in columns
function side_by_side(way, i, count, list, names)
{
	print "\nSide by side: items that have run before, and (in brackets) that have not\n"
	printf "%-44s %14s %14s %12s %12s %14s\n", "", "queue, busy", "queue, behind",
		"with its run", "requeued", "first, idle"
	count = split("ks ex io ioex ordered unbound percpu kthread fifo thread", list, " ")
	split(ways, names, "|")
	for (i = 1; i <= count; i++) {
		way = list[i]
		printf "%-44s %14s %14s %12s %12s %14s\n", names[i], both(way ".busy"),
			both(way ".next"), cell(way ".drained"), cell(way ".requeue"),
			both(way ".first")
	}
}

function side_by_side_native(way, i, count, list, names)
{
	print "\nSide by side, in ns: a thousand at a time, items that have run before\n"
	printf "%-44s %14s %14s %12s %12s\n", "", "queue, busy", "queue, idle", "with its run", "requeued"
	count = split("ks ex io ioex ordered unbound percpu kthread fifo thread", list, " ")
	split(ways, names, "|")
	for (i = 1; i <= count; i++) {
		way = list[i]
		printf "%-44s %14s %14s %12s %12s\n", names[i], tenth(way ".busy_all"),
			tenth(way ".burst"), tenth(way ".drained"), tenth(way ".requeue")
	}
}

function tenth(key)
{
	return key in figure ? sprintf("%.1f", figure[key]) : "-"
}

function cell(key)
{
	return key in figure ? sprintf("%.0f", figure[key]) : "-"
}

function both(key)
{
	return cell(key) ((key "_fresh") in figure ? " (" cell(key "_fresh") ")" : "")
}

function settings(i, count, list, names, j, where)
{
	print "\nWhat a setting of ksworker costs\n"
	printf "%-44s %14s %14s %14s %14s\n", "", "none", "verifier 1", "latencies", "tracepoints"
	count = split("ks.busy ks.drained ks.increment ks.decrement ex.next io.next io.drained io.allocate_free", list, " ")
	split("KsQueueWorkItem, busy worker|the same with its run|KsIncrementCountedWorker|KsDecrementCountedWorker|ExQueueWorkItem|IoQueueWorkItem|the same with its run|IoAllocateWorkItem + IoFreeWorkItem", names, "|")
	for (i = 1; i <= count; i++)
		printf "%-44s %14s %14s %14s %14s\n", names[i], cell(list[i]),
			cell("verifier1." list[i]), cell("latencies." list[i]), cell("tracing." list[i])
}

function json(i)
{
	printf "{\n\"kernel\": \"%s\",\n\"unit\": \"%s\",\n\"rows\": [\n", kernel, measure
	for (i = 1; i <= n; i++) {
		printf "  {\"name\": \"%s\", \"operation\": \"%s\", \"against\": %s, \"ours\": %s, ",
			name[i], what[i], raw[i] == "-" ? "null" : "\"" against[i] "\"",
			text(figure[ours[i]])
		if (raw[i] != "-")
			printf "\"raw\": %s, \"ratio\": %.4f, ", text(figure[raw[i]]), of_row(i)
		else
			printf "\"raw\": null, \"ratio\": null, "
		printf "\"bar\": %s, \"met\": %s}%s\n", bar[i] == "-" ? "null" : bar[i],
			bar[i] == "-" ? "null" : met(i) ? "true" : "false", i < n ? "," : ""
	}
	printf "],\n\"figures\": {\n"
	for (i = 1; i <= keys; i++)
		printf "  \"%s\": %s%s\n", order[i], text(figure[order[i]]), i < keys ? "," : ""
	print "}\n}"
}

function figures(i)
{
	printf "{\n  \"kernel\": \"%s\",\n  \"rows\": {\n", kernel
	for (i = 1; i <= n; i++)
		printf "    \"%s\": %s%s\n", name[i], as_text(i), i < n ? "," : ""
	print "  }\n}"
}

function chart(count, list, names, i, j, row)
{
	count = split("ks.busy ks.drained ks.requeue ordered.busy ordered.drained ordered.requeue kthread.busy kthread.drained kthread.requeue fifo.busy fifo.drained fifo.requeue thread.busy thread.drained thread.requeue", list, " ")
	split("KsQueueWorkItem|queue_work, ordered|kthread_queue_work|spinlock and list|thread, allocation", names, "|")
	for (i = 1; i <= count; i += 3)
		printf "\"%s\" %s %s %s\n", names[(i + 2) / 3], figure[list[i]], figure[list[i + 1]],
			figure[list[i + 2]]
	print "\n"
	count = split("io.next io.drained io.requeue ioex.next ioex.drained ioex.requeue ex.next ex.drained ex.requeue unbound.next unbound.drained unbound.requeue percpu.next percpu.drained percpu.requeue", list, " ")
	split("IoQueueWorkItem|IoQueueWorkItemEx|ExQueueWorkItem|queue_work, unbound|queue_work, per-cpu", names, "|")
	for (i = 1; i <= count; i += 3)
		printf "\"%s\" %s %s %s\n", names[(i + 2) / 3], figure[list[i]], figure[list[i + 1]],
			figure[list[i + 2]]
	print "\n"
	count = split("wdm_increment wdm_list wdm_pool wdm_set wdm_to_and_fro wdm_dpcs wdm_timer wdm_mutex", list, " ")
	split("InterlockedIncrement|InsertTailList, Remove-|ExAllocatePool2, ExFree-|KeSetEvent|event back and forth|KeInsertQueueDpc|KeSetTimer, KeCancel-|FAST_MUTEX", names, "|")
	for (i = 1; i <= n; i++)
		row[name[i]] = i
	for (i = 1; i <= count; i++) {
		j = row[list[i]]
		printf "\"%s\" %s %s\n", names[i], of_row(j), bar[j]
	}
}

function check(i, now, bad)
{
	if (!known) {
		print "table.awk: there are no committed figures" >"/dev/stderr"
		exit 1
	}
	for (i = 1; i <= n; i++) {
		now = as_text(i) + 0
		if (!(name[i] in was)) {
			printf "not committed yet: %s\n", what[i]
			bad++
		} else if (now > was[name[i]] * 1.02) {
			printf "worse by %.1f %%: %s: %s, was %s\n", 100 * (now / was[name[i]] - 1),
				what[i], as_text(i), was[name[i]]
			bad++
		} else if (now < was[name[i]] * 0.98) {
			printf "better by %.1f %%: %s: %s, was %s (make bench-figures keeps it)\n",
				100 * (1 - now / was[name[i]]), what[i], as_text(i), was[name[i]]
		}
		gone[name[i]] = 1
	}
	for (i in was) {
		if (!(i in gone)) {
			printf "committed, but no longer measured: %s\n", i
			bad++
		}
	}
	if (bad) {
		printf "%d of %d figures are worse than those committed\n", bad, n
		exit 1
	}
	printf "none of %d figures is worse than the one committed\n", n
}

END {
	if (!unit)
		unit = "raw"
	if (!measure)
		measure = "guest instructions"
	if (!complete())
		exit 1
	if (mode == "table") {
		table()
		side_by_side()
		settings()
	} else if (mode == "native") {
		table()
		side_by_side_native()
	} else if (mode == "json") {
		json()
	} else if (mode == "figures") {
		figures()
	} else if (mode == "chart") {
		chart()
	} else if (mode == "check") {
		check()
	}
}
