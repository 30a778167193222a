# SPDX-License-Identifier: GPL-2.0-only
#
# awk [-v mode=chart] -f smp.awk RESULTS: of what ksw_smp measured (lines "KEY
# HUNDREDTHS") the table that a person reads, with the goals; or the data of the chart.

NF == 2 { figure[$1] = $2 / 100; next }

function ns(key)
{
	return key in figure ? sprintf("%.1f", figure[key]) : "-"
}

function row(name, what,    free)
{
	free = (name ".1.free.run") in figure ? ".free" : ""
	printf "%-28s %8s %8s %8s %8s %8s %8s\n", what, ns(name ".1.call"), ns(name ".2.call"),
		ns(name ".own.call"), ns(name ".2.share"), ns(name ".1" free ".run"),
		ns(name ".2" free ".run")
}

# goal WHAT FIGURE LIMIT: at most that; at least, where the limit is below 0
function goal(what, value, limit)
{
	printf "%-64s %6.2f %s %.2f %s\n", what, value, limit < 0 ? ">=" : "<=",
		limit < 0 ? -limit : limit, (limit < 0 ? value >= -limit : value <= limit) ? "" : "missed"
}

function table()
{
	print "nanoseconds                    a call    of two   on own  the slower  queued, run"
	print "                               of one   on one   queues    has, %      one      two"
	row("ks", "KsQueueWorkItem")
	row("ordered", "queue_work, ordered")
	row("kthread", "kthread_queue_work")
	row("llist", "llist and one work")
	row("io", "IoQueueWorkItem")
	row("ex", "ExQueueWorkItem")
	row("unbound", "queue_work, unbound")
	row("increment", "KsIncrementCountedWorker")
	row("io_memory", "IoAllocateWorkItem, IoFree-")
	row("memory", "kmalloc, kfree")
	row("pool", "ExAllocatePool2, ExFreePool")
	row("set", "KeSetEvent, nobody waits")
	row("complete", "complete_all")
	row("dpc", "KeInsertQueueDpc and its run")
	row("tasklet", "tasklet_schedule and its run")
	row("events", "an event back and forth")
	row("completions", "a completion back and forth")
	print ""
	print "what they are made of: nanoseconds, with the loop around it"
	row("nothing", "nothing")
	row("atomic", "locked addition")
	row("spinlock", "spin_lock, spin_unlock")
	row("irq", "interrupts off and on")
	row("bh", "bottom halves off and on")
	row("preempt", "preemption off and on")
	row("per_cpu", "per-CPU addition")
	row("clock", "the clock, read once a loop")
	print ""
	print "goals"
	goal("two producers on one worker, of an ordered workqueue", figure["ks.2.call"] / figure["ordered.2.call"], 0.2)
	goal("IoQueueWorkItem and its run, two producers, of unbound", figure["io.2.run"] / figure["unbound.2.run"], 0.5)
	goal("ExQueueWorkItem and its run, two producers, of unbound", figure["ex.2.run"] / figure["unbound.2.run"], 0.5)
	goal("two on workers of their own, of one alone", figure["ks.own.call"] / figure["ks.1.call"], 1.1)
	goal("the slower of two on one worker has, of the faster", figure["ks.2.share"] / 100, -0.8)
	goal("the slower of two by IoQueueWorkItem", figure["io.2.share"] / 100, -0.8)
	goal("the slower of two by ExQueueWorkItem", figure["ex.2.share"] / 100, -0.8)
	goal("an event back and forth, of a completion", figure["events.2.call"] / figure["completions.2.call"], 1.15)
}

function bar(name, what)
{
	printf "\"%s\" %s %s %s\n", what, ns(name ".1.call"), ns(name ".2.call"), ns(name ".own.call")
}

function runs(name, what, free)
{
	printf "\"%s\" %s %s\n", what, ns(name ".1" free ".run"), ns(name ".2" free ".run")
}

function chart()
{
	bar("ks", "KsQueueWorkItem")
	bar("llist", "llist and one work")
	bar("kthread", "kthread_queue_work")
	bar("ordered", "queue_work, ordered")
	print "\n"
	runs("ks", "KsQueueWorkItem", ".free")
	runs("llist", "llist and one work", ".free")
	runs("kthread", "kthread_queue_work", ".free")
	runs("ordered", "queue_work, ordered", ".free")
	runs("io", "IoQueueWorkItem", "")
	runs("ex", "ExQueueWorkItem", "")
	runs("unbound", "queue_work, unbound", "")
}

END {
	if (mode == "chart")
		chart()
	else
		table()
}
