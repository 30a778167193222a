/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * carry.pml - the items of a shared queue, and the works that carry them
 *
 * The items:
 *
 *	X	allocated; queued twice; its first callback may free it, and somebody
 *		else does so at any time
 *	W	in the driver's memory; its callback sleeps until X has run, and
 *		again if it is queued again
 *	R	in the driver's memory; its callback queues it again, once
 *	O	an I/O item in the driver's memory, which ends its use at any time,
 *		so that it may be cancelled
 *
 * W, O and R are queued in this order by one thread, X by another.  Two threads run
 * the carriers; the workqueue either keeps a work from running beside itself, so that
 * one that is queued again waits, or does not.  The pool has as many carriers as there
 * are threads, or one, or no second thread can be had: then W does not sleep.
 *
 * The lock of the queue is a variable: who pushes does not take it, and does so between
 * any two steps under it.  A push is one step, for only its compare and exchange changes
 * anything that others see, and so is a look at the inbox with the atomic operation that
 * follows it: one that fails looks again, and items that were there do not go.  Those are
 * full barriers, so there are no late writes here.  Between the push and the kick any
 * time may pass.
 *
 * Proven: each accepted queueing runs once or is cancelled, whoever sleeps; what is
 * pushed in an order begins in it; none is left in the inbox or in line with nobody to
 * come; what is queued is found where it is cancelled; X is freed exactly once and not
 * touched afterwards; it all ends, with every carrier in the pool, and the queue idle.
 *
 * mutation PENDING_LATE: a carrier is pending until it returns
 * mutation PENDING_AFTER_NEXT: a carrier is pending until it has looked for the next
 * mutation NEXT_NOT_QUEUED: a carrier that begins has no other queued
 * mutation LEAVE_NO_LOOK: a carrier returns after one item
 * mutation LEAVE_LOOK_EARLY: the lock is dropped between its last look and giving it back
 * mutation GIVE_BACK_EARLY: it is given back before it looks for the last time
 * mutation PUSH_NOT_ATOMIC: the push looks at the inbox, then writes it
 * mutation KICK_LOOK_EARLY: who kicks is told by the inbox as it was before the push
 * mutation KICK_LINE_ALONE: who kicks does not look at the inbox
 * mutation PENDING_WHERE_NONE: a carrier is taken for pending where all are out
 * mutation KICK_TOUCHES_ITEM: who kicks looks at the item that it has pushed
 * mutation FLUSH_NOT_ATOMIC: the inbox is read, then emptied
 * mutation FLUSH_NO_REVERSE: what was in it gets in line the newest first
 * mutation FLUSH_IN_FRONT: it gets in front of what is in line
 * mutation IDLE_NOT_ATOMIC: that the inbox is idle is written, whatever is there
 * mutation IDLE_NO_RECHECK: where it fails to be made idle, nobody looks again
 * mutation IDLE_LATE: it is made idle by carriers that leave, not before an item runs
 * mutation IDLE_NEVER: it is not made idle again
 * mutation TAKE_OFF_NO_FLUSH: what is cancelled is looked for in line alone
 * mutation QUEUE_NO_BUCKET: the bucket is unlocked between the claim of O and the push
 * mutation RUN_NO_REF: the run has no reference on X
 * mutation RUN_REF_LATE: it takes it when the claim has ended
 * mutation PUT_NOT_ATOMIC: the count is decremented, then looked at
 * mutation DROP_TWICE: who frees X drops the driver's reference, queued or not
 * mutation FREE_ALWAYS_ENDS: who frees X ends it, queued or not
 * mutation BEGIN_LOOK_EARLY: the run looks whether X was freed, then ends the claim
 */
#define X	0
#define W	1
#define R	2
#define O	3
#define ITEMS	4

#define CARRIERS 2
#define NOBODY	CARRIERS

/* The inbox: its newest item or one of these; in C, NULL with KSW_IDLE and without. */
#define IDLE	0
#define EMPTY	1
#define ITEM(i)	((i) + 2)
#define HAS_ITEM(h)	((h) >= 2)

/* The state word of X; for the others there is but QUEUED */
#define QUEUED	1
#define FREED	2

bool beside;		/* a work may run beside itself */
bool sleeps;		/* W does */
bool cancels;		/* O is there, and X is not freed */

byte state[ITEMS];
bool there = true;	/* the memory of X */
byte held = 1;		/* the references on it: the driver's, its runs' */
bool listed = true;	/* it is in the table */
bool may_free;		/* it was queued */
bool own = true;	/* O is an item */
bool bucket;		/* the lock of its bucket */
byte inbox = IDLE;
byte link[ITEMS];	/* to the one that was pushed before */
bool lock;		/* that of the queue; what follows is under it */
chan line = [ITEMS] of { byte };
bool pending;
bool idle[CARRIERS];	/* in the pool */
byte work[CARRIERS];	/* in the workqueue */
byte executing[CARRIERS];
byte pool;		/* how many there are */
byte accepted[ITEMS], ran[ITEMS];
byte cancelled;
byte done;

#define TOUCH(i)	assert(((i) != X || there) && ((i) != O || own))

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

byte fl_order[ITEMS], fl_n, fl_i, fl_before;	/* within flush() only */

/* ksw_flush(): what was taken, from @h, the newest, on, goes to the line (model: flush) */
inline flush(h)
{
	d_step {
		fl_before = len(line);
		do
		:: HAS_ITEM(h) ->
			fl_i = h - 2;
			TOUCH(fl_i);
			assert(state[fl_i] & QUEUED);
			h = link[fl_i];
			link[fl_i] = 0;
			fl_order[fl_n] = fl_i;
			fl_n++
		:: else -> break
		od;
		h = 0;
#ifdef FLUSH_NO_REVERSE
		do
		:: h < fl_n -> line!fl_order[h]; fl_order[h] = 0; h++
		:: else -> break
		od;
		fl_n = 0;
		h = 0;
#else
		do
		:: fl_n > 0 -> fl_n--; line!fl_order[fl_n]; fl_order[fl_n] = 0
		:: else -> break
		od;
#endif
#ifdef FLUSH_IN_FRONT
		do
		:: fl_before > 0 -> line?fl_i; line!fl_i; fl_before--
		:: else -> break
		od;
#endif
		fl_before = 0;
		fl_i = 0
	}
}

/* Its exchange, under the lock, and within an atomic sequence */
#ifdef FLUSH_NOT_ATOMIC
#define TAKE_INBOX(h)	h = inbox }; atomic { inbox = EMPTY; flush(h)
#else
#define TAKE_INBOX(h)	h = inbox; inbox = EMPTY; flush(h)
#endif

/* ksw_in_line(), under the lock (model: idle); @leaves: the caller is about to return */
inline in_line(h, leaves)
{
	do
	:: atomic { len(line) > 0 -> break }
	:: atomic { len(line) == 0 && HAS_ITEM(inbox) -> TAKE_INBOX(h) }
#if defined(IDLE_NEVER)
	:: atomic { len(line) == 0 && !HAS_ITEM(inbox) -> break }
#elif defined(IDLE_LATE)
	:: atomic {
		len(line) == 0 && !HAS_ITEM(inbox) &&
		(pending || inbox == IDLE || !(leaves)) -> break
	   }
	:: atomic { len(line) == 0 && !pending && inbox == EMPTY && leaves -> inbox = IDLE; break }
#else
	:: atomic { len(line) == 0 && (inbox == IDLE || (pending && inbox == EMPTY)) -> break }
	:: atomic {
		len(line) == 0 && !pending && inbox == EMPTY ->
#ifdef IDLE_NOT_ATOMIC
		skip
	   };
	   atomic {
#endif
#ifdef IDLE_NO_RECHECK
		skip
	   };
	   atomic {
		if
		:: inbox == EMPTY -> inbox = IDLE
		:: else
		fi;
#else
		inbox = IDLE;
#endif
		break
	   }
#endif
	od
}

/* ksw_next_carrier(), under the lock, which is dropped */
inline next_carrier(h, c)
{
	if
	:: atomic { pending -> lock = false }
	:: atomic { !pending -> skip };
#ifndef KICK_LINE_ALONE
		in_line(h, false);
#endif
		atomic {
			if
			:: len(line) > 0 && idle[0] -> c = 0; idle[0] = false; pending = true
			:: len(line) > 0 && !idle[0] && idle[1] ->
				c = 1; idle[1] = false; pending = true
			:: else ->
#ifdef PENDING_WHERE_NONE
				pending = len(line) > 0
#endif
			fi;
			lock = false
		}
	fi
}

/* queue_work(), when the lock was dropped */
inline queue_work(c)
{
	if
	:: c == NOBODY
	:: else ->
		atomic {
			work[c]++;
			assert(work[c] == 1);
			c = NOBODY
		}
	fi
}

/* ksw_kick() (model: kick) */
inline kick(h, c)
{
	atomic { !lock -> lock = true };
	next_carrier(h, c);
	queue_work(c)
}

/* ksw_enqueue(): @i is claimed */
inline enqueue(i, h, c)
{
#ifdef KICK_LOOK_EARLY
	atomic { old = inbox };
#endif
	atomic {				/* (model: push) */
		TOUCH(i);
		h = inbox;
#ifdef PUSH_NOT_ATOMIC
		skip
	};
	atomic {
#endif
		link[i] = (HAS_ITEM(h) -> h : 0);
		inbox = ITEM(i);
#ifdef KICK_LOOK_EARLY
		h = old;
#endif
		first = (h == IDLE);
		h = 0
	};
	if
	:: atomic { first -> first = false };
#ifdef KICK_TOUCHES_ITEM
		atomic { TOUCH(i) };
#endif
		kick(h, c)
	:: atomic { !first -> skip }
	fi
}

/* ksw_queue_fast(), by who may: X is there, unless somebody frees it just now */
inline queue(i, h, c)
{
	if
	:: atomic {				/* (model: claim) */
		!(state[i] & (QUEUED | FREED)) && (i != X || there) ->
		state[i] = state[i] | QUEUED;
		accepted[i]++
	   };
	   enqueue(i, h, c)
	:: atomic { (state[i] & (QUEUED | FREED)) || (i == X && !there) -> skip }
	fi
}

/* ksw_queue(): the bucket is locked */
inline queue_own(h, c)
{
	if
	:: atomic {				/* (model: claim) */
		!bucket && own ->
		assert(!state[O]);
		bucket = true;
		state[O] = QUEUED;
		accepted[O]++
	   };
#ifdef QUEUE_NO_BUCKET
	   bucket = false;
#endif
	   enqueue(O, h, c);
#ifndef QUEUE_NO_BUCKET
	   bucket = false
#endif
	:: atomic { !bucket && !own -> skip }	/* use_uninitialized */
	fi
}

/* IoUninitializeWorkItem(), ksw_cancel(), ksw_take_off() (model: take off) */
proctype canceller()
{
	byte h;

	atomic { !bucket -> bucket = true };
	if
	:: atomic { !(state[O] & QUEUED) -> skip }
	:: atomic { (state[O] & QUEUED) && !lock -> lock = true };
		if
		:: atomic { !(state[O] & QUEUED) -> lock = false }
		:: atomic { (state[O] & QUEUED) -> skip };
			if
			:: atomic { !HAS_ITEM(inbox) -> skip }
#ifdef TAKE_OFF_NO_FLUSH
			:: atomic { HAS_ITEM(inbox) -> skip }
#else
			:: atomic { HAS_ITEM(inbox) -> TAKE_INBOX(h) }
#endif
			fi;
			atomic {
				assert(line??[eval(O)]);
				line??eval(O);
				state[O] = 0;
				cancelled++;
				lock = false
			}
		fi
	fi;
	atomic { own = false; bucket = false };
	done++
}

/* ksw_end_item() */
inline end_item()
{
	atomic { assert(there && listed); listed = false };
	put()
}

/* IoFreeWorkItem() */
inline free(ends)
{
	if
	:: atomic {				/* the bucket is locked */
		listed ->
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
	:: atomic { !listed -> skip }
	fi
}

proctype producer(bool second)
{
	byte h, c = NOBODY;
	bool first;
#ifdef KICK_LOOK_EARLY
	byte old;
#endif

	if
	:: second ->
		queue(W, h, c);
		if
		:: cancels -> queue_own(h, c)
		:: else
		fi;
		queue(R, h, c)
	:: else ->
		queue(X, h, c);
		if
		:: !cancels -> queue(X, h, c); may_free = true
		:: else
		fi
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

/* ksw_begin(), under the lock (model: begin) */
inline begin(i, ends)
{
	atomic {
		len(line) > 0 ->
		line?i;
		TOUCH(i);
		assert(state[i] & QUEUED);
#if !defined(RUN_NO_REF) && !defined(RUN_REF_LATE)
		if
		:: i == X -> hold()
		:: else
		fi;
#endif
#ifdef BEGIN_LOOK_EARLY
		ends = (state[i] & FREED) != 0
	};
	atomic {
#endif
		state[i] = state[i] - QUEUED;
#ifndef BEGIN_LOOK_EARLY
		ends = (state[i] & FREED) != 0;
#endif
		ran[i]++;
		/* those that were queued before */
		assert((i != O && i != R) || ran[W] == 1);
		assert(i != R || ran[O] + cancelled == accepted[O])
	}
}

/* ksw_run_shared(): the callback, ksw_end() */
inline call(i, h, c, frees, ends)
{
#ifdef RUN_REF_LATE
	if
	:: i == X -> atomic { hold() }
	:: else
	fi;
#endif
	if
	:: i == X && ran[X] == 1 && !cancels ->
		if
		:: free(frees)
		:: true
		fi
	:: i == W && sleeps -> ran[X] > 0 && !(state[X] & QUEUED)
	:: i == R && ran[R] == 1 -> queue(R, h, c)
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

/* ksw_carry() (model: carry) */
proctype thread()
{
	byte me, i, h, c = NOBODY;
	bool first, frees, ends;
#ifdef KICK_LOOK_EARLY
	byte old;
#endif

end:	do
	:: atomic {
		if
		:: !lock && work[0] && (!executing[0] || beside) -> me = 0
		:: !lock && work[1] && (!executing[1] || beside) -> me = 1
		fi;
		work[me]--;
		executing[me]++;
		lock = true;
#if !defined(PENDING_LATE) && !defined(PENDING_AFTER_NEXT)
		pending = false;
#endif
#ifdef GIVE_BACK_EARLY
		idle[me] = true
#endif
	   };
	   do
	   :: in_line(h, true);
		if
		:: begin(i, ends)
		:: atomic { len(line) == 0 -> break }
		fi;
#ifdef NEXT_NOT_QUEUED
		lock = false;
#else
		next_carrier(h, c);
#endif
#ifdef PENDING_AFTER_NEXT
		pending = false;
#endif
		queue_work(c);
		call(i, h, c, frees, ends);
		atomic { !lock -> lock = true; i = 0 };
#ifdef LEAVE_NO_LOOK
		break
#endif
	   od;
#ifdef LEAVE_LOOK_EARLY
	   lock = false;
	   atomic { !lock -> lock = true };
#endif
	   atomic {
#if defined(PENDING_LATE) || defined(PENDING_AFTER_NEXT)
		pending = false;
#endif
#ifndef GIVE_BACK_EARLY
		assert(!idle[me]);
		idle[me] = true;
#endif
		lock = false
	   };
	   atomic {			/* it may be queued again, and run, already */
		executing[me]--;
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
		idle[0] = true;
		idle[1] = (pool == 2);
		run producer(false);
		run producer(true);
		if
		:: cancels = true; run canceller()
		:: run freer()
		fi;
		run thread();
		if
		:: !alone -> run thread()
		:: else
		fi
	};
	done == 3 && work[0] + work[1] + executing[0] + executing[1] == 0;
	assert(inbox == IDLE && len(line) == 0 && !pending && !lock && !bucket);
	assert(idle[0] && idle[1] == (pool == 2));
	assert(there == cancels && listed == cancels && held == cancels);
	assert(ran[X] == accepted[X] && ran[X] > 0 && ran[W] == 1 && ran[R] == 2);
	assert(ran[O] + cancelled == accepted[O])
}
