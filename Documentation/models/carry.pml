/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * carry.pml - the items of a shared queue, and the works that carry them
 *
 * The items:
 *
 *	X	allocated, so it brings a work; queued twice; its first callback may
 *		free it, and somebody else does so at any time
 *	W	in the driver's memory; its callback sleeps until X has run, and
 *		again if it is queued again
 *	R	in the driver's memory; its callback queues it again, once
 *
 * Two threads run the carriers; the workqueue either keeps a work from running
 * beside itself, so that one that is queued again waits, or does not.  The pool has
 * as many carriers as there are threads, or one, or no second thread can be had:
 * then W does not sleep.
 *
 * What is under the lock of the queue is one step, and the state word of X is
 * changed by atomic operations alone; so there are no late writes here.
 *
 * Proven: each accepted queueing runs once, whoever sleeps; none is left in line
 * with nobody to come; X is freed exactly once and not touched afterwards; it all
 * ends, with every carrier back where it belongs.
 *
 * mutation PENDING_LATE: a carrier is pending until it returns
 * mutation PENDING_AFTER_NEXT: a carrier is pending until it has looked for the next
 * mutation PENDING_LOOK_EARLY: who queues looks for a pending carrier without the lock
 * mutation NEXT_NOT_QUEUED: a carrier that begins has no other queued
 * mutation NEXT_BY_OWN: whether its own work is out is not regarded
 * mutation LEAVE_NO_LOOK: a carrier returns after one item
 * mutation LEAVE_LOOK_EARLY: the lock is dropped between its last look and giving it back
 * mutation GIVE_BACK_EARLY: it is given back before it looks for the last time
 * mutation CARRIES_LATE: that a work is out is noted when it was queued
 * mutation CARRIER_NO_REF: the work of X has no reference on it while it is out
 * mutation CARRIER_REF_LATE: it takes it when the lock was dropped
 * mutation CARRIER_PUT_EARLY: it drops it before the bit is cleared
 * mutation RUN_NO_REF: the run has no reference on X
 * mutation RUN_REF_LATE: it takes it when the claim has ended
 * mutation PUT_NOT_ATOMIC: the count is decremented, then looked at
 * mutation DROP_TWICE: who frees X drops the driver's reference, queued or not
 * mutation FREE_ALWAYS_ENDS: who frees X ends it, queued or not
 * mutation BEGIN_LOOK_EARLY: the run looks whether X was freed, then ends the claim
 * mutation SET_NOT_ATOMIC: what IoInitializeWorkItem() changes is written, not changed
 */
#define X	0
#define W	1
#define R	2
#define ITEMS	3

/* Carriers: that of X, and those of the pool, which are counted */
#define OWN	0
#define POOL	1
#define NOBODY	2

/* The state word of X; for the others there is but QUEUED */
#define QUEUED	1
#define FREED	2
#define CARRIES	4

bool beside;		/* a work may run beside itself */
bool sleeps;		/* W does */

byte state[ITEMS];
bool there = true;	/* the memory of X */
byte held = 1;		/* the references on it: the driver's, its run's, its carrier's */
bool listed = true;	/* it is in the table */
bool may_free;		/* it was queued */
bool bucket;		/* the lock of its bucket, where more than one step is under it */
chan line = [ITEMS] of { byte };
bool pending;		/* the queue's flag */
byte pool;		/* how many carriers it has */
byte idle;		/* how many of them are there */
byte work[2];		/* in the workqueue */
byte executing[2];
byte accepted[ITEMS], ran[ITEMS];
byte done;

#define TOUCH(i)	assert((i) != X || there)

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

/* ksw_next_carrier(), under the lock (model: kick) */
inline next_carrier(i, c)
{
	TOUCH(i);
	if
#ifdef NEXT_BY_OWN
	:: i == X ->
#else
	:: i == X && !(state[X] & CARRIES) ->
#endif
#ifndef CARRIES_LATE
		state[X] = state[X] | CARRIES;
#endif
#if !defined(CARRIER_NO_REF) && !defined(CARRIER_REF_LATE)
		hold();
#endif
		c = OWN;
		pending = true
	:: else ->
		if
		:: idle > 0 ->
			idle--;
			c = POOL;
			pending = true
		:: else -> c = NOBODY
		fi
	fi
}

/* queue_work(), when the lock was dropped */
inline queue_work(c)
{
	if
	:: c == NOBODY
	:: else ->
		atomic {
			assert(c != OWN || there);
#ifdef CARRIER_REF_LATE
			if
			:: c == OWN -> hold()
			:: else
			fi;
#endif
			work[c]++;
			assert(c != OWN || work[OWN] == 1);
#ifdef CARRIES_LATE
			skip
		};
		atomic {
			if
			:: c == OWN -> assert(there); state[X] = state[X] | CARRIES
			:: else
			fi;
#endif
			c = NOBODY
		}
	fi
}

/* ksw_enqueue(): @i is claimed */
inline enqueue(i, c)
{
	atomic {
#ifdef PENDING_LOOK_EARLY
		c = (pending -> NOBODY : OWN)
	};
	atomic {
#endif
		TOUCH(i);
		line!i;				/* (model: push) */
		if
#ifdef PENDING_LOOK_EARLY
		:: c != NOBODY -> c = NOBODY; next_carrier(i, c)
#else
		:: !pending -> next_carrier(i, c)
#endif
		:: else
		fi
	};
	queue_work(c)
}

/* ksw_queue_fast(), by who may: X is there, unless somebody frees it just now */
inline queue(i, c)
{
	if
	:: atomic {				/* (model: claim) */
		!(state[i] & (QUEUED | FREED)) && (i != X || there) ->
		state[i] = state[i] | QUEUED;
		accepted[i]++
	   };
	   enqueue(i, c)
	:: atomic { (state[i] & (QUEUED | FREED)) || (i == X && !there) -> skip }
	fi
}

/* ksw_end_item() */
inline end_item()
{
	atomic { !bucket -> assert(there && listed); listed = false };
	put()
}

/* IoFreeWorkItem() */
inline free(ends)
{
	if
	:: atomic {				/* the bucket is locked */
		!bucket && listed ->
		assert(there);
#ifdef FREE_ALWAYS_ENDS
		ends = !(state[X] & FREED);
#else
		ends = !(state[X] & (FREED | QUEUED));
#endif
#ifdef DROP_TWICE
		ends = !(state[X] & FREED);
		if
		:: !(state[X] & QUEUED) -> listed = false
		:: else
		fi;
#else
		if
		:: ends -> listed = false
		:: else
		fi;
#endif
		state[X] = state[X] | FREED
	   };
	   if
	   :: ends -> put(); ends = false	/* ksw_end_unlisted() */
	   :: else
	   fi
	:: atomic { !bucket && !listed -> skip }
	fi
}

proctype producer(bool second)
{
	byte c = NOBODY;

	if
	:: second ->
		queue(W, c);
		queue(R, c)
	:: else ->
		queue(X, c);
		queue(X, c);
		may_free = true
	fi;
	done++
}

proctype freer()
{
	bool ends;

	may_free;
	free(ends);
	done++
}

/* What IoInitializeWorkItem() does with a live item that is idle */
proctype setter()
{
	byte s;

	may_free;
	if
	:: atomic {				/* the bucket is locked */
		!bucket && listed && !(state[X] & (QUEUED | FREED)) ->
		bucket = true;
		assert(there);
		s = state[X];
		state[X] = s | QUEUED
	   };
#ifdef SET_NOT_ATOMIC
	   atomic { assert(there); state[X] = s; bucket = false }
#else
	   atomic { assert(there); state[X] = state[X] - QUEUED; bucket = false }
#endif
	:: atomic { !listed || (state[X] & (QUEUED | FREED)) -> skip }
	fi;
	done++
}

/* ksw_begin(), under the lock (model: begin) */
inline begin(i, ends)
{
	TOUCH(i);
	assert(state[i] & QUEUED);
#if !defined(RUN_NO_REF) && !defined(RUN_REF_LATE)
	if
	:: i == X -> hold()
	:: else
	fi;
#endif
	state[i] = state[i] - QUEUED;
#ifndef BEGIN_LOOK_EARLY
	ends = (state[i] & FREED) != 0;
#endif
	ran[i]++
}

/* ksw_run_shared(): the callback, ksw_end() */
inline call(i, c, frees, ends)
{
#ifdef RUN_REF_LATE
	if
	:: i == X -> atomic { hold() }
	:: else
	fi;
#endif
	if
	:: i == X && ran[X] == 1 ->
		if
		:: free(frees)
		:: true
		fi
	:: i == W && sleeps -> ran[X] > 0 && !(state[X] & QUEUED)
	:: i == R && ran[R] == 1 -> queue(R, c)
	:: else
	fi;
	if
	:: ends -> end_item(); ends = false
	:: else
	fi;
	if
#ifdef RUN_NO_REF
	:: i == X -> atomic { TOUCH(X) }	/* a run is found by the address */
#else
	:: i == X -> put()
#endif
	:: else
	fi
}

/* ksw_carry() gives its work back, under the lock */
inline give_back(me)
{
	if
	:: me == OWN ->
		assert(there && (state[X] & CARRIES));
		state[X] = state[X] - CARRIES
	:: else -> idle++
	fi
}

/* What it does first, under the lock: it is not pending any more */
inline begun(me, begins)
{
	if
	:: begins ->
#if !defined(PENDING_LATE) && !defined(PENDING_AFTER_NEXT)
		pending = false;
#endif
#ifdef GIVE_BACK_EARLY
		give_back(me);
#endif
		begins = false
	:: else
	fi
}

/* ksw_carry() (model: carry) */
proctype thread()
{
	byte me, i, n, c = NOBODY;
	bool begins, frees, ends;

end:	do
	:: atomic {
		if
		:: work[OWN] && (!executing[OWN] || beside) -> me = OWN
		:: work[POOL] -> me = POOL
		fi;
		assert(me != OWN || there);
		work[me]--;
		executing[me]++;
		begins = true
	   };
	   do
	   :: atomic {
		len(line) > 0 ->
		begun(me, begins);
		line?i;
		TOUCH(i);
#ifdef BEGIN_LOOK_EARLY
		ends = (state[i] & FREED) != 0
	      };
	      atomic {
#endif
		begin(i, ends);
		if
		:: !pending && len(line) > 0 ->
#ifndef NEXT_NOT_QUEUED
			line?<n>;
			next_carrier(n, c);
			n = 0
#endif
		:: else
#ifdef PENDING_AFTER_NEXT
			-> pending = false
#endif
		fi
	      };
	      queue_work(c);
	      call(i, c, frees, ends)
#ifdef LEAVE_NO_LOOK
	      ; atomic { give_back(me) };
	      break
#endif
	   :: atomic {
		len(line) == 0 ->
		begun(me, begins);
#if defined(PENDING_LATE) || defined(PENDING_AFTER_NEXT)
		pending = false;
#endif
#ifdef LEAVE_LOOK_EARLY
		skip
	      };
	      atomic {
#endif
#ifdef CARRIER_PUT_EARLY
		if
		:: me == OWN -> put()
		:: else
		fi;
#endif
#ifndef GIVE_BACK_EARLY
		give_back(me);
#endif
		break
	      }
	   od;
#if !defined(CARRIER_NO_REF) && !defined(CARRIER_PUT_EARLY)
	   if
	   :: me == OWN -> put()
	   :: else
	   fi;
#endif
	   atomic {
		executing[me]--;
		i = 0;
		me = 0
	   }
	od
}

init
{
	bool alone;

	atomic {
		if
		:: sleeps = true; pool = 2
		:: sleeps = true; pool = 2; beside = true
		:: pool = 1; beside = true
		:: pool = 1; alone = true
		fi;
		idle = pool;
		run producer(false);
		run producer(true);
		run freer();
		run setter();
		run thread();
		if
		:: !alone -> run thread()
		:: else
		fi
	};
	done == 4 && work[OWN] + work[POOL] + executing[OWN] + executing[POOL] == 0;
	assert(len(line) == 0 && !pending && idle == pool);
	assert(!there && !listed && held == 0 && !(state[X] & CARRIES));
	assert(ran[X] == accepted[X] && ran[X] > 0 && ran[W] == 1 && ran[R] == 2)
}
