/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * free.pml - freeing an item of ours against queueing and running it
 *
 * The item is claimed once before anybody may free it, and its first callback may
 * queue it again, free it, or neither.  At any time a second producer queues it
 * as the verifier does, by what the table says, and two threads free it: one of
 * them is late, and all that it has is a pointer.  What is queued may be refused,
 * its module going.  Two threads run it; how they come to do so is shown by carry.pml.
 * The device object is deleted at any time, so that the item's reference, or its
 * run's, is the last.
 *
 * The memory is counted: the driver's reference, and one for each run.
 *
 * All changes of the state word are full barriers, and the table is read and
 * written under the lock; so there are no late writes here.
 *
 * Proven: the item is ended and freed exactly once, and its reference given back
 * exactly once; neither is touched afterwards; the device is there while a callback
 * has it; the memory is while a run has it, so that the address cannot be another
 * item's; what was accepted runs exactly once; an item that is freed is
 * not accepted; it all ends.
 *
 * mutation FREE_NO_LOCK: the item is looked up, then marked without the lock
 * mutation FREE_NOT_ATOMIC: the state is read, then written with the mark
 * mutation FREE_BY_LOOK: who frees looks at the state again to see what is left
 * mutation FREE_TWICE: a mark that was there before is not regarded
 * mutation FREE_OF_QUEUED: whether it is queued is not regarded
 * mutation DROP_TWICE: who frees it drops the driver's reference, queued or not
 * mutation PUT_NOT_ATOMIC: the count is decremented, then looked at
 * mutation RUN_NO_REF: the run has no reference
 * mutation RUN_REF_LATE: it takes it when the claim has ended
 * mutation RUN_NO_PUT: it does not drop it where the item was freed while queued
 * mutation BEGIN_LOOK_EARLY: the run looks for the mark before the claim ends
 * mutation BEGIN_NO_LOOK: the run looks for the mark when its callback has returned
 * mutation CLAIM_NOT_ATOMIC: the claim looks, then writes
 * mutation CLAIM_FREED: the claim does not look at the mark
 * mutation CLAIM_NO_LOCK: the item is looked up, then claimed without the lock
 * mutation UNCLAIM_NO_LOOK: a refused queueing does not look whether it was freed
 * mutation UNCLAIM_LOOK_EARLY: it looks before its claim ends
 * mutation RUN_NO_DEVICE: the run has no reference of its own on the device
 * mutation RUN_DEVICE_LATE: it takes it when the claim has ended
 */

/* The state word */
#define QUEUED	1
#define FREED	2

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
#ifdef CLAIM_FREED
#define CLAIM_LOOKS_AT		QUEUED
#else
#define CLAIM_LOOKS_AT		(QUEUED | FREED)
#endif

byte state;
bool there = true;	/* its memory */
byte held = 1;		/* the references on it */
bool listed = true;	/* in the table */
bool bucket;		/* the lock of its bucket, where more than one step is under it */
bool in_line;
byte refs = 2;		/* of the device object: its creator's, the item's */
byte accepted, ran;
bool marked;		/* a call that frees it has returned */
bool may_free;		/* nobody is about to claim it without a look */
byte done, working;

/* ksw_device_put() */
inline device_put()
{
	assert(refs > 0);
	refs--
}

inline hold()
{
	assert(there && held > 0);
	held++
}

/* ksw_put_item() (model: put) */
inline put()
{
	atomic {
		assert(there && held > 0);
		held--
#ifdef PUT_NOT_ATOMIC
	};
	atomic {
#else
		;
#endif
		if
		:: held == 0 -> assert(there); there = false
		:: else
		fi
	}
}

/* ksw_end_unlisted() */
inline end_unlisted()
{
	atomic { assert(there); device_put() };
	put()
}

/* ksw_end_item() */
inline end_item()
{
	atomic {			/* the bucket is locked */
		!bucket ->
		assert(there && listed);
		listed = false
	};
	end_unlisted()
}

/* IoFreeWorkItem() */
inline free(s)
{
	if
	:: atomic {
		!bucket && listed ->
#ifdef FREE_NO_LOCK
		skip
	   };
	   atomic {
#else
		bucket = true;
#endif
		assert(there);
		s = state
#ifdef FREE_NOT_ATOMIC
	   };
	   atomic {
		assert(there);
		state = s | FREED
#else
		;
		if			/* ksw_set_freed() */
		:: !(s & FREE_LOOKS_AT_FREED) -> state = state | FREED
		:: else
		fi
#endif
#ifdef FREE_BY_LOOK
	   };
	   atomic {
		assert(there);
		s = (s & FREED) | (state & ~FREED)
#endif
		;
		if
		:: !(s & FREE_LOOKS_AT) -> assert(listed); listed = false
		:: else
		fi;
		bucket = false
	   };
	   if
	   :: !(s & FREE_LOOKS_AT) -> end_unlisted()
#ifdef DROP_TWICE
	   :: (s & FREE_LOOKS_AT) == QUEUED -> put()
	   :: s & FREED
#else
	   :: else
#endif
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
inline queue(s, refused, ends, producer)
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
		s = 0;
#else
		state = state | QUEUED;
#endif
		may_free = may_free || producer
	   };
	   queue_claimed(refused);
	   if
	   :: refused -> unclaim(s, ends)
	   :: else
	   fi
	:: atomic {
		!there || marked || (state & CLAIM_LOOKS_AT) ->
		may_free = may_free || producer
	   }
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
	:: ends -> ends = false; end_item()
	:: else
	fi
}

proctype producer()
{
	byte s;
	bool refused, ends;

	queue(s, refused, ends, true);
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
#ifdef RUN_DEVICE_LATE
	atomic { assert(refs > 0); refs++ };
#endif
#ifdef RUN_REF_LATE
	atomic { hold() };
#endif
	if				/* the callback */
	:: first && may_free -> free(s)
	:: first -> queue(s, refused, ends, false)
	:: true
	fi;
	first = false;
	atomic {			/* ksw_end() */
		assert(there);		/* a run is found by the address */
#ifndef RUN_NO_DEVICE
		device_put()
#else
		assert(refs > 0)
#endif
	};
#ifdef BEGIN_NO_LOOK
	atomic { assert(there); again = (state & FREED) != 0 };
#endif
	if
	:: again -> end_item()
	:: else
	fi;
#ifdef RUN_NO_PUT
	if
	:: !again -> put()
	:: else
	fi;
#elif !defined(RUN_NO_REF)
	put();
#endif
	again = false
}

/* The item is taken out of line, its state as it was read. */
inline take()
{
	assert(there && (state & QUEUED));
	in_line = false;
#if !defined(RUN_NO_REF) && !defined(RUN_REF_LATE)
	hold();
#endif
#if !defined(RUN_NO_DEVICE) && !defined(RUN_DEVICE_LATE)
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
	done == 5 && !in_line && working == 0;
	assert(!there && !listed && held == 0);
	assert(refs == 0 && ran == accepted)
}
