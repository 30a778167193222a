/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counted.pml - counted increments against the last decrement, and against the
 * callback on its way out
 *
 * Two producers add two tasks each; the callback takes tasks until it has made
 * the count 0, and somebody else takes one off, or finds none (as a driver does
 * that cancels a task).  There is but the counted item, so that the line is
 * empty or not.
 *
 * Proven: each task is taken once, and what was written before its increment is
 * seen then; the count is never below 0; one callback at a time; no task is left
 * when nobody runs; it all ends.
 *
 * mutation INCREMENT_NO_BARRIER: what was written before may be seen after it
 * mutation INCREMENT_NOT_ATOMIC: the count is read, then written
 * mutation QUEUE_BY_LOOK: who queues looks at the count again
 * mutation FAST_FROM_ZERO: the fast path of incrementing takes a count of 0
 * mutation DECREMENT_TWICE: the fast path makes the count 0, the slow one follows
 * mutation DECREMENT_NOT_ATOMIC: above 0 is asked first, then it is decremented
 * mutation BEGIN_AFTER_CALL: the claim ends when the callback has returned
 * mutation IDLE_NO_RECHECK: the drainer goes idle without another look
 */
#define CPUS	2
#define VARS	2	/* how many tasks each producer has written */
#include "memory.inc"

#define TASKS	2

/* The head of the line */
#define IDLE	0
#define BUSY	1
#define ITEM	8

/* What the fast paths want the count to be at least */
#ifdef FAST_FROM_ZERO
#define LEAST_TO_INCREMENT	0
#else
#define LEAST_TO_INCREMENT	1
#endif
#ifdef DECREMENT_TWICE
#define LEAST_TO_DECREMENT	1
#else
#define LEAST_TO_DECREMENT	2
#endif

byte head = IDLE;
bool queued;		/* KSW_QUEUED of the counted item */
bool pending;		/* of the drain's work */
short count;
byte calls;		/* callbacks under way */
byte decremented;
byte taken;		/* by calls that say so */
byte done, draining;

/* ksw_queue_counted() */
inline queue(c, h)
{
	if
	:: atomic { !queued -> SMP_MB(c); queued = true };	/* (model: claim) */
		h = head;
		do				/* (model: push) */
		:: atomic { head == h -> head = ITEM; break }
		:: atomic { head != h -> h = head }
		od;
		if				/* (model: kick) */
		:: h == IDLE -> pending = true
		:: else
		fi
	:: else					/* its run is to come */
	fi;
	h = 0
}

/* KsIncrementCountedWorker() */
inline increment(c, n, h)
{
	n = count;				/* ksw_count_fast() */
	if
	:: atomic {
		n >= LEAST_TO_INCREMENT && count == n ->
#ifndef INCREMENT_NO_BARRIER
		SMP_MB(c);
#endif
		count++
	   }
	:: else ->				/* ksw_increment_slow() */
#ifdef INCREMENT_NOT_ATOMIC
		n = count + 1;
		atomic { SMP_MB(c); count = n };
#else
		atomic {
#ifndef INCREMENT_NO_BARRIER
			SMP_MB(c);
#endif
			count++;
			n = count
		};
#endif
#ifdef QUEUE_BY_LOOK
		n = count;
#endif
		if
		:: n == 1 -> queue(c, h)
		:: else
		fi
	fi;
	n = 0
}

/* KsDecrementCountedWorker(): @n is the new count, -1 where it was 0 */
inline decrement(n)
{
	n = count;				/* ksw_count_fast() */
	if
	:: atomic {
		n >= LEAST_TO_DECREMENT && count == n ->
		count--;
		n = count;
		decremented++;
		check_task()
	   }
	:: else -> n = 0
	fi;
	if
	:: n == 0 ->				/* ksw_decrement_slow() */
		if
		:: atomic {
			count != 0 ->
#ifdef DECREMENT_NOT_ATOMIC
			skip
		   };
		   atomic {
#endif
			count--;
			n = count;
			decremented++;
			check_task()
		   }
		:: atomic { count == 0 -> n = -1 }
		fi
	:: else
	fi
}

/* Has the task that was just taken been written? */
inline check_task()
{
	assert(count >= 0 && mem[0] + mem[1] >= decremented)
}

proctype producer(byte c)
{
	byte h, task;
	short n;

	do
	:: task < TASKS ->
		task++;
		WRITE(c, c, task);
		increment(c, n, h)
	:: else -> break
	od;
	done++
}

proctype canceller()
{
	short n;

	decrement(n);
	taken = taken + (n >= 0);
	done++
}

/* ksw_drain(), with the callback */
inline drain(h, n)
{
again:	do
	:: h = head;
	   if
	   :: h == ITEM ->			/* (model: take) */
		if
		:: atomic { head == h -> head = BUSY }
		:: atomic { head != h -> goto again }
		fi;
		assert(queued);
#ifndef BEGIN_AFTER_CALL
		queued = false;			/* (model: begin) */
#endif
		atomic { assert(calls == 0); calls++ };
		do
		:: decrement(n);
		   taken = taken + (n >= 0);
		   if
		   :: n <= 0 -> break
		   :: else
		   fi
		od;
		n = 0;
		calls--;
#ifdef BEGIN_AFTER_CALL
		queued = false
#endif
	   :: else -> break
	   fi
	od;
	if					/* (model: idle) */
#ifdef IDLE_NO_RECHECK
	:: head = IDLE
#else
	:: atomic { head == BUSY -> head = IDLE }
	:: atomic { head != BUSY -> goto again }
#endif
	fi
}

proctype thread()
{
	byte h;
	short n;

end:	do
	:: atomic {
		pending ->
		pending = false;
		draining++
	   };
	   drain(h, n);
	   d_step {
		h = 0;
		draining--
	   }
	od
}

init
{
	atomic {
		INIT_MEMORY;
		run producer(0);
		run producer(1);
		run canceller();
		run thread();
		run thread()
	};
	done == 3 && !pending && draining == 0;
	assert(head == IDLE && !queued);
	assert(count == 0 && taken == 2 * TASKS)
}
