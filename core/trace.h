/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ksworker

#if !defined(_KSW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KSW_TRACE_H

#include <linux/tracepoint.h>

/* a tracepoint that is enabled turns the fast paths off */
int ksw_trace_on(void);
void ksw_trace_off(void);

#define KSW_TRACE_NAME	56	/* MODULE_NAME_LEN on 64 bit */

DECLARE_EVENT_CLASS(ksworker_worker,
	TP_PROTO(const void *worker, const char *name, const char *owner,
		 unsigned int type, bool counted),
	TP_ARGS(worker, name, owner, type, counted),
	TP_STRUCT__entry(
		__field(const void *, worker)
		__array(char, name, 24)
		__array(char, owner, KSW_TRACE_NAME)
		__field(unsigned int, type)
		__field(bool, counted)
	),
	TP_fast_assign(
		__entry->worker = worker;
		strscpy_pad(__entry->name, name, 24);
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		__entry->type = type;
		__entry->counted = counted;
	),
	TP_printk("worker=%p name=%s owner=%s type=%u counted=%d",
		  __entry->worker, __entry->name, __entry->owner,
		  __entry->type, __entry->counted)
);

/**
 * ksworker_register - a worker was registered
 * @worker: the KSWORKER
 * @name: of its workqueue
 * @owner: the module that registered it
 * @type: WORK_QUEUE_TYPE
 * @counted: whether it has a counted item
 */
DEFINE_EVENT(ksworker_worker, ksworker_register,
	TP_PROTO(const void *worker, const char *name, const char *owner,
		 unsigned int type, bool counted),
	TP_ARGS(worker, name, owner, type, counted)
);

/**
 * ksworker_unregister - a worker is gone, with its threads
 * @worker: the KSWORKER
 * @name: of its workqueue
 * @owner: the module that registered it
 * @type: WORK_QUEUE_TYPE
 * @counted: whether it had a counted item
 */
DEFINE_EVENT(ksworker_worker, ksworker_unregister,
	TP_PROTO(const void *worker, const char *name, const char *owner,
		 unsigned int type, bool counted),
	TP_ARGS(worker, name, owner, type, counted)
);

/**
 * ksworker_queue - an item is about to be queued
 * @worker: the KSWORKER, NULL for a shared queue
 * @item: the item
 * @routine: its callback
 * @owner: the module that queues it
 * @irql: the level of the call
 * @queue: name of the queue
 */
TRACE_EVENT_FN(ksworker_queue,
	TP_PROTO(const void *worker, const void *item, const void *routine,
		 const char *owner, unsigned int irql, const char *queue),
	TP_ARGS(worker, item, routine, owner, irql, queue),
	TP_STRUCT__entry(
		__field(const void *, worker)
		__field(const void *, item)
		__field(const void *, routine)
		__array(char, owner, KSW_TRACE_NAME)
		__field(unsigned int, irql)
		__array(char, queue, 24)
	),
	TP_fast_assign(
		__entry->worker = worker;
		__entry->item = item;
		__entry->routine = routine;
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		__entry->irql = irql;
		strscpy_pad(__entry->queue, queue, 24);
	),
	TP_printk("worker=%p item=%p routine=%ps owner=%s irql=%u queue=%s",
		  __entry->worker, __entry->item, __entry->routine,
		  __entry->owner, __entry->irql, __entry->queue),
	ksw_trace_on, ksw_trace_off
);

/**
 * ksworker_start - a callback is about to be called
 * @worker: the KSWORKER, NULL for a shared queue
 * @item: the item, which may be gone once the callback has begun
 * @routine: the callback
 * @owner: the module that queued it
 * @queue: name of the queue
 * @wait_us: time in queue in units of 1.024 us, 0 where latencies are off
 */
TRACE_EVENT_FN(ksworker_start,
	TP_PROTO(const void *worker, const void *item, const void *routine,
		 const char *owner, const char *queue, unsigned int wait_us),
	TP_ARGS(worker, item, routine, owner, queue, wait_us),
	TP_STRUCT__entry(
		__field(const void *, worker)
		__field(const void *, item)
		__field(const void *, routine)
		__array(char, owner, KSW_TRACE_NAME)
		__array(char, queue, 24)
		__field(unsigned int, wait_us)
	),
	TP_fast_assign(
		__entry->worker = worker;
		__entry->item = item;
		__entry->routine = routine;
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		strscpy_pad(__entry->queue, queue, 24);
		__entry->wait_us = wait_us;
	),
	TP_printk("worker=%p item=%p routine=%ps owner=%s queue=%s wait_us=%u",
		  __entry->worker, __entry->item, __entry->routine,
		  __entry->owner, __entry->queue, __entry->wait_us),
	ksw_trace_on, ksw_trace_off
);

/**
 * ksworker_end - a callback has returned
 * @worker: the KSWORKER, NULL for a shared queue
 * @item: the address of the item, which may be gone
 * @routine: the callback
 * @run_us: time in the callback in units of 1.024 us, 0 where latencies are off
 */
TRACE_EVENT_FN(ksworker_end,
	TP_PROTO(const void *worker, const void *item, const void *routine,
		 unsigned int run_us),
	TP_ARGS(worker, item, routine, run_us),
	TP_STRUCT__entry(
		__field(const void *, worker)
		__field(const void *, item)
		__field(const void *, routine)
		__field(unsigned int, run_us)
	),
	TP_fast_assign(
		__entry->worker = worker;
		__entry->item = item;
		__entry->routine = routine;
		__entry->run_us = run_us;
	),
	TP_printk("worker=%p item=%p routine=%ps run_us=%u", __entry->worker,
		  __entry->item, __entry->routine, __entry->run_us),
	ksw_trace_on, ksw_trace_off
);

/**
 * ksworker_violation - a rule was broken
 * @kind: as debugfs spells it
 * @bugcheck: what Windows would have stopped with
 * @owner: the module that broke it
 * @site: where
 * @object: the worker, item or object concerned
 */
TRACE_EVENT(ksworker_violation,
	TP_PROTO(const char *kind, unsigned int bugcheck, const char *owner,
		 const void *site, const void *object),
	TP_ARGS(kind, bugcheck, owner, site, object),
	TP_STRUCT__entry(
		__array(char, kind, 24)
		__field(unsigned int, bugcheck)
		__array(char, owner, KSW_TRACE_NAME)
		__field(const void *, site)
		__field(const void *, object)
	),
	TP_fast_assign(
		strscpy_pad(__entry->kind, kind, 24);
		__entry->bugcheck = bugcheck;
		strscpy_pad(__entry->owner, owner, KSW_TRACE_NAME);
		__entry->site = site;
		__entry->object = object;
	),
	TP_printk("kind=%s bugcheck=0x%02x owner=%s site=%pS object=%p",
		  __entry->kind, __entry->bugcheck, __entry->owner,
		  __entry->site, __entry->object)
);

#endif /* _KSW_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
