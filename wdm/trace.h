/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ksworker

#if !defined(_KSW_WDM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KSW_WDM_TRACE_H

#include <linux/tracepoint.h>

#define KSW_TRACE_NAME	56	/* MODULE_NAME_LEN on 64 bit */

/**
 * ksworker_event_set - KeSetEvent()
 * @event: the KEVENT
 * @owner: the module that called
 * @before: whether it was signalled
 */
TRACE_EVENT(ksworker_event_set,
	TP_PROTO(const void *event, const char *owner, bool before),
	TP_ARGS(event, owner, before),
	TP_STRUCT__entry(
		__field(const void *, event)
		__array(char, owner, KSW_TRACE_NAME)
		__field(bool, before)
	),
	TP_fast_assign(
		__entry->event = event;
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		__entry->before = before;
	),
	TP_printk("event=%p owner=%s before=%d", __entry->event, __entry->owner,
		  __entry->before)
);

/**
 * ksworker_wait - a wait has ended
 * @object: the first object
 * @owner: the module that called
 * @count: number of objects
 * @all: it was for all of them
 * @status: what it returns
 */
TRACE_EVENT(ksworker_wait,
	TP_PROTO(const void *object, const char *owner, unsigned int count, bool all,
		 unsigned int status),
	TP_ARGS(object, owner, count, all, status),
	TP_STRUCT__entry(
		__field(const void *, object)
		__array(char, owner, KSW_TRACE_NAME)
		__field(unsigned int, count)
		__field(bool, all)
		__field(unsigned int, status)
	),
	TP_fast_assign(
		__entry->object = object;
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		__entry->count = count;
		__entry->all = all;
		__entry->status = status;
	),
	TP_printk("object=%p owner=%s count=%u all=%d status=0x%x", __entry->object,
		  __entry->owner, __entry->count, __entry->all, __entry->status)
);

DECLARE_EVENT_CLASS(ksworker_dpc,
	TP_PROTO(const void *dpc, const void *routine, const char *owner, int cpu),
	TP_ARGS(dpc, routine, owner, cpu),
	TP_STRUCT__entry(
		__field(const void *, dpc)
		__field(const void *, routine)
		__array(char, owner, KSW_TRACE_NAME)
		__field(int, cpu)
	),
	TP_fast_assign(
		__entry->dpc = dpc;
		__entry->routine = routine;
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		__entry->cpu = cpu;
	),
	TP_printk("dpc=%p routine=%ps owner=%s cpu=%d", __entry->dpc, __entry->routine,
		  __entry->owner, __entry->cpu)
);

/**
 * ksworker_dpc_queue - a DPC was queued
 * @dpc: the KDPC
 * @routine: that will be called
 * @owner: the module that it is of
 * @cpu: on whose queue
 */
DEFINE_EVENT(ksworker_dpc, ksworker_dpc_queue,
	TP_PROTO(const void *dpc, const void *routine, const char *owner, int cpu),
	TP_ARGS(dpc, routine, owner, cpu)
);

/**
 * ksworker_dpc_start - a DPC's routine begins
 * @dpc: the KDPC
 * @routine: that is called
 * @owner: the module that it is of
 * @cpu: on whose queue it was
 */
DEFINE_EVENT(ksworker_dpc, ksworker_dpc_start,
	TP_PROTO(const void *dpc, const void *routine, const char *owner, int cpu),
	TP_ARGS(dpc, routine, owner, cpu)
);

/**
 * ksworker_dpc_end - it has returned; the KDPC may be gone
 * @dpc: the KDPC
 * @routine: that was called
 * @owner: the module that it is of
 * @cpu: on whose queue it was
 */
DEFINE_EVENT(ksworker_dpc, ksworker_dpc_end,
	TP_PROTO(const void *dpc, const void *routine, const char *owner, int cpu),
	TP_ARGS(dpc, routine, owner, cpu)
);

DECLARE_EVENT_CLASS(ksworker_timer,
	TP_PROTO(const void *timer, const void *routine, const char *owner, s64 due,
		 s64 period),
	TP_ARGS(timer, routine, owner, due, period),
	TP_STRUCT__entry(
		__field(const void *, timer)
		__field(const void *, routine)
		__array(char, owner, KSW_TRACE_NAME)
		__field(s64, due)
		__field(s64, period)
	),
	TP_fast_assign(
		__entry->timer = timer;
		__entry->routine = routine;
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		__entry->due = due;
		__entry->period = period;
	),
	TP_printk("timer=%p routine=%ps owner=%s due=%lld period=%lld", __entry->timer,
		  __entry->routine, __entry->owner, __entry->due, __entry->period)
);

/**
 * ksworker_timer_set - a timer was set
 * @timer: the KTIMER
 * @routine: of its DPC, or NULL
 * @owner: the module that it is of
 * @due: as the driver gave it, in units of 100 ns
 * @period: in ns
 */
DEFINE_EVENT(ksworker_timer, ksworker_timer_set,
	TP_PROTO(const void *timer, const void *routine, const char *owner, s64 due,
		 s64 period),
	TP_ARGS(timer, routine, owner, due, period)
);

/**
 * ksworker_timer_due - a timer is due
 * @timer: the KTIMER
 * @routine: of its DPC, or NULL
 * @owner: the module that it is of
 * @due: by how much it is late, in ns
 * @period: in ns
 */
DEFINE_EVENT(ksworker_timer, ksworker_timer_due,
	TP_PROTO(const void *timer, const void *routine, const char *owner, s64 due,
		 s64 period),
	TP_ARGS(timer, routine, owner, due, period)
);

#endif /* _KSW_WDM_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
