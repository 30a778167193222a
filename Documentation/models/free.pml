/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * free.pml - freeing an item of ours against queueing and running it
 *
 * The item is queued once before anybody may free it, and its first callback may
 * queue it again, free it, or neither.  From then on a second producer queues it
 * as the verifier does, by what the table says, and two threads free it: one of
 * them is late, and all that it has is a pointer.  What is queued may be refused,
 * its module going.  Two threads run it.  Where it is queued its own work may be
 * made its carrier, which may come when another has run it, or carry its next run;
 * how carriers are chosen is shown by carry.pml.  The device object is deleted at
 * any time, so that the item's reference, or its run's, is the last.
 *
 * All changes of the state word are full barriers, and the table is read and
 * written under the lock; so there are no late writes here.
 *
 * Proven: the item is ended and freed exactly once, and its reference given back
 * exactly once; neither is touched afterwards; the device is there while a callback
 * has it; what was accepted runs exactly once; an item that is freed is not
 * accepted; it all ends.
 *
 * mutation FREE_NO_LOCK: the item is looked up, then marked without the lock
 * mutation FREE_NOT_ATOMIC: the state is read, then written with the mark
 * mutation FREE_BY_LOOK: who frees looks at the state again to see what is left
 * mutation FREE_TWICE: a mark that was there before is not regarded
 * mutation FREE_OF_QUEUED: whether it is queued is not regarded
 * mutation FREE_NO_ENDS: that somebody has yet to unlist it is not noted
 * mutation PUT_OF_CARRYING: whether its work carries is not regarded
 * mutation PUT_NOT_ATOMIC: a bit is taken off, then what is left is looked at
 * mutation BEGIN_LOOK_EARLY: the run looks for the mark before the claim ends
 * mutation BEGIN_NO_LOOK: the run looks for the mark when its callback has returned
 * mutation CLAIM_NOT_ATOMIC: the claim looks, then writes
 * mutation CLAIM_FREED: the claim does not look at the mark
 * mutation CLAIM_NO_LOCK: the item is looked up, then claimed without the lock
 * mutation UNCLAIM_NO_LOOK: a refused queueing does not look whether it was freed
 * mutation UNCLAIM_LOOK_EARLY: it looks before its claim ends
 * mutation RUN_NO_REFERENCE: the run has no reference of its own
 * mutation REFERENCE_LATE: it takes it when the claim has ended
 */

/* The state word */
#define QUEUED	1
#define FREED	2
#define ENDS	4
#define CARRIES	8

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
#define FREE_LOOKS_AT		(FREE_LOOKS_AT_FREED | FREE_LOOKS_AT_QUEUED)
#ifdef FREE_NO_ENDS
#define MARK			FREED
#else
#define MARK			(FREED | ENDS)
#endif
#ifdef PUT_OF_CARRYING
#define PUT_LOOKS_AT		(FREED | QUEUED | ENDS)
#else
#define PUT_LOOKS_AT		(FREED | QUEUED | ENDS | CARRIES)
#endif
#ifdef CLAIM_FREED
#define CLAIM_LOOKS_AT		QUEUED
#else
#define CLAIM_LOOKS_AT		(QUEUED | FREED)
#endif

byte state;
bool there = true;	/* its memory */
bool listed = true;	/* in the table */
bool bucket;		/* the lock of its bucket, where more than one step is under it */
bool in_line;
bool work;		/* its own, in the workqueue */
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

/* ksw_put_item(), in one step with what is under the same lock (model: put) */
inline put(s, bits)
{
	assert(there);
	state = state & ~(bits);
	s = state
}

/* ksw_free_item(), if put() has left nothing */
inline free_memory(s)
{
	if
	:: (s & PUT_LOOKS_AT) == FREED -> atomic { assert(there); there = false }
	:: else
	fi;
	s = 0
}

/* ksw_end_item() */
inline end_item(s)
{
	atomic {			/* the bucket is locked */
		!bucket ->
		assert(there && listed);
		listed = false
	};
	atomic { assert(there); device_put() };
	atomic {
		put(s, ENDS)
#ifdef PUT_NOT_ATOMIC
	};
	atomic {
		assert(there);
		s = state
#endif
	};
	free_memory(s)
}

/* IoFreeWorkItem() */
inline free(s)
{
	if
	:: atomic {			/* the bucket is locked */
		!bucket && listed ->
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
		state = s | MARK
#else
		;
		if			/* ksw_set_freed() */
		:: !(s & FREE_LOOKS_AT_FREED) -> state = state | MARK
		:: else
		fi
#endif
	   };
#ifdef FREE_BY_LOOK
	   atomic { assert(there); s = (s & FREED) | (state & ~FREED) };
#endif
	   if
	   :: !(s & FREE_LOOKS_AT) -> end_item(s)
	   :: else
	   fi
	:: atomic { !bucket && !listed -> skip }	/* stale_pointer */
	fi;
	s = 0;
	marked = true
}

/* What follows the claim: it is queued, or @refused. */
inline queue_claimed(refused)
{
	atomic { assert(there) };	/* the routine, the context */
	if				/* ksw_enqueue() */
	:: atomic { accepted++; assert(there && !in_line); in_line = true }
	:: atomic {
		!(state & CARRIES) ->
		accepted++;
		assert(there && !in_line);
		in_line = true;
		state = state | CARRIES
	   };
	   atomic { assert(there && !work); work = true }
	:: true -> refused = true
	fi
}

/* ksw_unclaim() */
inline unclaim(s, ends)
{
	atomic {
		assert(there && (state & QUEUED));
#ifdef UNCLAIM_LOOK_EARLY
		ends = (state & FREED) != 0
	};
	atomic {
		assert(there);
#endif
		state = state - QUEUED
#if !defined(UNCLAIM_LOOK_EARLY) && !defined(UNCLAIM_NO_LOOK)
		; ends = (state & FREED) != 0
#endif
	}
}

/* ksw_claim() by a caller who knows that it is there (model: claim) */
inline queue(s, refused, ends)
{
	if
	:: atomic {
		there && !marked && !(state & CLAIM_LOOKS_AT) ->
#ifdef CLAIM_NOT_ATOMIC
		s = state
	   };
	   atomic {
		assert(there);
		state = s | QUEUED;
		s = 0
#else
		state = state | QUEUED
#endif
	   };
	   queue_claimed(refused);
	   if
	   :: refused -> unclaim(s, ends)
	   :: else
	   fi
	:: atomic { !there || marked || (state & CLAIM_LOOKS_AT) -> skip }
	fi;
	finish(s, refused, ends)
}

/* The same, where the bucket is locked until it is in line */
inline queue_listed(s, refused, ends)
{
	if
	:: atomic {
		!bucket && listed ->
#ifdef CLAIM_NO_LOCK
		skip
	   };
	   atomic {
#else
		bucket = true;
#endif
		assert(there);
		if
		:: state & CLAIM_LOOKS_AT -> s = QUEUED
		:: else -> assert(!marked); state = state | QUEUED
		fi
	   };
	   if
	   :: s == 0 ->
		queue_claimed(refused);
		if
		:: refused -> unclaim(s, ends)
		:: else
		fi
	   :: else
	   fi;
	   bucket = false
	:: atomic { !bucket && !listed -> skip }
	fi;
	finish(s, refused, ends)
}

inline finish(s, refused, ends)
{
	d_step { s = 0; refused = false };
	if
	:: ends -> ends = false; end_item(s)
	:: else
	fi
}

proctype producer()
{
	byte s;
	bool refused, ends;

	queue(s, refused, ends);
	may_free = true;
	done++
}

proctype listed_producer()
{
	byte s;
	bool refused, ends;

	queue_listed(s, refused, ends);
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

/* Runs the item that was taken out of line: ksw_begin(), ksw_run_shared() */
inline run_item(s, first, refused, ends, again)
{
	atomic {			/* (model: begin) */
#ifdef BEGIN_LOOK_EARLY
		again = (state & FREED) != 0
	};
	atomic {
#endif
		assert(there && (state & QUEUED));
		state = state - QUEUED;
#if !defined(BEGIN_LOOK_EARLY) && !defined(BEGIN_NO_LOOK)
		again = (state & FREED) != 0;
#endif
		first = ran == 0;
		ran++
	};
#ifdef REFERENCE_LATE
	atomic { assert(refs > 0); refs++ };
#endif
	if				/* the callback */
	:: first && may_free -> free(s)
	:: first -> queue(s, refused, ends)
	:: true
	fi;
	first = false;
	atomic {			/* ksw_end() */
		assert(refs > 0)
#ifndef RUN_NO_REFERENCE
		; device_put()
#endif
	};
#ifdef BEGIN_NO_LOOK
	atomic { assert(there); again = (state & FREED) != 0 };
#endif
	if
	:: again -> again = false; end_item(s)
	:: else
	fi
}

/* The item is taken out of line, its state as it was read. */
inline take()
{
	assert(there && (state & QUEUED));
	in_line = false;
#if !defined(RUN_NO_REFERENCE) && !defined(REFERENCE_LATE)
	assert(refs > 0);
	refs++
#endif
}

/* ksw_carry() */
proctype thread()
{
	byte s;
	bool first, refused, ends, again;

end:	do
	:: atomic { work -> assert(there); work = false; working++ };
	   do
	   :: atomic { in_line -> take() };
		run_item(s, first, refused, ends, again)
	   :: atomic {
		!in_line ->
		put(s, CARRIES)
	      };
	      break
	   od;
	   free_memory(s);
	   working--
	:: atomic { in_line -> take(); working++ };
		run_item(s, first, refused, ends, again);
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
	done == 5 && !in_line && !work && working == 0;
	assert(!there && !listed);
	assert(refs == 0 && ran == accepted)
}
