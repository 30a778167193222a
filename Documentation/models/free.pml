/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * free.pml - freeing an item of ours against queueing and running it
 *
 * The item is queued once before anybody may free it, and its first callback may
 * queue it again, free it, or neither.  From then on a second producer queues it
 * as the verifier does, by what the register says, and two threads free it: one
 * of them is late, and all that it has is a pointer.  What is queued may be
 * refused, its module going.  Two threads run it; the workqueue is not relied on
 * to keep a run from running beside another.  The device object is deleted at
 * any time, so that the item's reference is its last.
 *
 * All changes of the state word are full barriers, and the register is read and
 * written under the lock; so there are no late writes here.
 *
 * Proven: the item is freed exactly once, and its reference given back exactly
 * once; neither is touched afterwards; what was accepted runs exactly once; an
 * item that is freed is not accepted; it all ends.
 *
 * mutation FREE_NO_LOCK: the item is looked up, then marked without the lock
 * mutation FREE_NOT_ATOMIC: the state is read, then written with the mark
 * mutation FREE_BY_LOOK: who frees looks at the state again to see what is left
 * mutation FREE_TWICE: a mark that was there before is not regarded
 * mutation FREE_OF_QUEUED: whether it is queued is not regarded
 * mutation FREE_OF_RUNNING: whether it is running is not regarded
 * mutation PUT_NOT_ATOMIC: the run takes itself off, then looks what is left
 * mutation BEGIN_NOT_ATOMIC: the claim ends before the run is counted
 * mutation CLAIM_NOT_ATOMIC: the claim looks, then writes
 * mutation CLAIM_FREED: the claim does not look at the mark
 * mutation CLAIM_NO_LOCK: the item is looked up, then claimed without the lock
 * mutation UNCLAIM_NO_PUT: a refused queueing does not look whether it was freed
 * mutation REFERENCE_EARLY: the reference goes when it is marked, runs or not
 */

/* The state word */
#define QUEUED	1
#define FREED	2
#define RUN	4
#define RUNS	(~(QUEUED | FREED) & 31)

#ifdef FREE_TWICE
#define FREE_LOOKS_AT_FREED	0
#else
#define FREE_LOOKS_AT_FREED	FREED
#endif
#ifdef FREE_OF_QUEUED
#define FREE_LOOKS_AT_QUEUED	0
#else
#define FREE_LOOKS_AT_QUEUED	QUEUED
#endif
#ifdef FREE_OF_RUNNING
#define FREE_LOOKS_AT_RUNS	0
#else
#define FREE_LOOKS_AT_RUNS	RUNS
#endif
#ifdef CLAIM_FREED
#define CLAIM_LOOKS_AT		QUEUED
#else
#define CLAIM_LOOKS_AT		(QUEUED | FREED)
#endif

byte state;
bool there = true;	/* its memory */
bool listed = true;	/* in the register */
bool pending;		/* of its work */
byte refs = 2;		/* of the device object: its creator's, the item's */
byte accepted, ran;
bool marked;		/* a call that frees it has returned */
bool may_free;		/* whoever queues it without a look has done so */
byte done, working;

/* ksw_device_put() */
inline device_put()
{
	assert(refs > 0);
	refs--
}

/* ksw_destroy_item() */
inline destroy()
{
	atomic {			/* under the lock */
		assert(there && listed);
		listed = false
	};
	atomic {
		assert(there);
		state = 0
#ifndef REFERENCE_EARLY
		; device_put()
#endif
	};
	atomic {
		assert(there);
		there = false
	}
}

/* ksw_put_item() (model: put) */
inline put(s, bits)
{
	atomic {
		assert(there);
		state = state - bits;
		s = state
	};
#ifdef PUT_NOT_ATOMIC
	atomic { assert(there); s = state };
#endif
	if
	:: (s & (FREED | QUEUED | RUNS)) == FREED -> destroy()
	:: else
	fi;
	s = 0
}

/* IoFreeWorkItem() */
inline free(s)
{
	if
	:: atomic {			/* under the lock */
		listed ->
#ifdef FREE_NO_LOCK
		skip
	   };
	   atomic {
#endif
		assert(there);
		s = state
#ifdef FREE_NOT_ATOMIC
	   };
	   atomic {
		assert(there);
		state = s | FREED
#else
		; state = state | FREED
#endif
#ifdef REFERENCE_EARLY
		;
		if
		:: !(s & FREED) -> device_put()
		:: else
		fi
#endif
	   };
#ifdef FREE_BY_LOOK
	   atomic { assert(there); s = state & ~FREED };
#endif
	   s = s & (FREE_LOOKS_AT_FREED | FREE_LOOKS_AT_QUEUED | FREE_LOOKS_AT_RUNS);
	   if
	   :: s == 0 -> destroy()
	   :: else
	   fi
	:: atomic { !listed -> skip }	/* stale_pointer */
	fi;
	s = 0;
	marked = true
}

/* What follows the claim: it is refused, or its work is queued. */
inline queue_claimed(s)
{
	atomic { assert(there) };	/* the routine, the context */
	if
	:: atomic { accepted++; assert(there && !pending); pending = true }
	:: true ->			/* ksw_unclaim() */
#ifdef UNCLAIM_NO_PUT
		atomic { assert(there); state = state - QUEUED }
#else
		put(s, QUEUED)
#endif
	fi
}

/* ksw_claim() by a caller who knows that it is there (model: claim) */
inline queue(s)
{
	if
	:: atomic {
		!(state & CLAIM_LOOKS_AT) ->
		assert(there && !marked)
#ifdef CLAIM_NOT_ATOMIC
		; s = state
	   };
	   atomic {
		assert(there);
		state = s | QUEUED
#else
		; state = state | QUEUED
#endif
	   };
	   queue_claimed(s)
	:: atomic { state & CLAIM_LOOKS_AT -> assert(there) }
	fi;
	s = 0
}

/* ksw_claim_listed() */
inline queue_listed(s)
{
	if
	:: atomic {			/* under the lock */
		listed ->
#ifdef CLAIM_NO_LOCK
		skip
	   };
	   atomic {
#endif
		assert(there);
		s = state & CLAIM_LOOKS_AT;
		if
		:: s == 0 -> assert(!marked); state = state | QUEUED
		:: else
		fi
	   };
	   if
	   :: s == 0 -> queue_claimed(s)
	   :: else
	   fi
	:: atomic { !listed -> skip }
	fi;
	s = 0
}

proctype producer()
{
	byte s;

	queue(s);
	may_free = true;
	done++
}

proctype listed_producer()
{
	byte s;

	queue_listed(s);
	done++
}

proctype freer()
{
	byte s;

	may_free;
	free(s);
	done++
}

proctype deleter()
{
	atomic { device_put(); done++ }
}

/* ksw_alloc_work() */
proctype thread()
{
	byte s;
	bool first;

end:	do
	:: atomic {
		pending ->
		pending = false;
		working++
	   };
	   atomic {
		assert(there && (state & QUEUED));	/* (model: begin) */
#ifdef BEGIN_NOT_ATOMIC
		state = state - QUEUED
	   };
	   atomic {
		assert(there);
		state = state + RUN;
#else
		state = state + RUN - QUEUED;
#endif
		first = ran == 0;
		ran++
	   };
	   if				/* the callback */
	   :: first && may_free -> free(s)
	   :: first && !marked -> queue(s)
	   :: true
	   fi;
	   first = false;
	   atomic { assert(there && refs > 0) };
	   put(s, RUN);
	   working--
	od
}

init
{
	atomic {
		run producer();
		run listed_producer();
		run freer();
		run freer();
		run deleter();
		run thread();
		run thread()
	};
	done == 5 && !pending && working == 0;
	assert(!there && !listed);
	assert(refs == 0 && ran == accepted)
}
