/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * close.pml - unregistering a worker against queueing on it and draining it
 *
 * Two producers queue an item each, A and B.  A's callback may unregister the
 * worker itself, which makes it an orphan; B's queues B again, once.  Two
 * threads unregister the worker: one of them waits, the other is above
 * PASSIVE_LEVEL, or was told of it too late; either may be the one that closes
 * it.  All of them come at any time, so they look the worker up, as the verifier
 * does and as KsUnregisterWorker() always does.
 *
 * The line is a set here: in which order its items run is shown by queue.pml.
 * An item that the drainer has taken is in no line; the drain runs on an ordered
 * workqueue, so never beside itself.
 *
 * The fast path does not look the worker up, but it stands for a caller to whom it is
 * known to be there when he begins.  That nothing is claimed once the worker's idle
 * word is 0 is not relied on.
 *
 * The fields that are not atomic (closer) are written by the one who closes,
 * before the full barrier of the bit, so there are no late writes here.
 *
 * Proven: each queueing either succeeds, and its item runs once, or fails, and
 * it does not; the worker is freed exactly once, after the last touch; its
 * workqueue is not used once it is destroyed; unregistering ends; as many queueings
 * stay in its owner's counts as there were runs.
 *
 * mutation CLOSE_NOT_ATOMIC: the head is read, then written with the bit
 * mutation CLOSE_BY_LOOK: who closes looks at the head again to see who drains
 * mutation CLOSE_TWICE: whether it was closed before is not regarded
 * mutation CLOSER_LATE: how it was closed is written after the bit
 * mutation CLOSED_ALWAYS_WAITED: an idle worker is waited for, too
 * mutation CLOSED_NEVER_WAITED: the one that closes does not wait for the drain
 * mutation SELF_NOT_TOLD: the own callback is not told from others
 * mutation PUSH_LOOKS_ONCE: the push does not look for the bit when it tries again
 * mutation PUSH_NOT_ATOMIC: the push looks at the head, then writes it
 * mutation UNDO_NOT_DONE: a fast path that finds it idle or closed leaves the item claimed
 * mutation NO_SECTION: a queueing may be anywhere when the grace period ends
 * mutation SECTION_LATE: the worker is looked up before the section begins
 * mutation FREE_AT_ONCE: the worker is freed without a grace period
 * mutation RETIRE_COUNTED: its owner gets the count that queueings make before the push
 * mutation IDLE_NO_RECHECK: the drainer goes idle without another look
 * mutation IDLE_FORGETS_FLAGS: the drainer takes the bit for the old head's
 */

#define A	0
#define B	1
#define DRAINER	2	/* its index as one who queues */

/* The head of the line */
#define IDLE	0
#define BUSY	1
#define CLOSED	2
#define ITEM(i)	(4 << (i))
#define ITEMS	(ITEM(A) | ITEM(B))

mtype = { open, waited_for, orphaned };
mtype closer = open;

byte head = IDLE;
bool there = true;	/* its memory */
bool listed = true;	/* in the table */
bool wq = true;		/* its workqueue */
bool pending;		/* of the drain's work */
bool draining;
bool drained;		/* the completion */
bool reap;		/* of the work that destroys it */
bool unused;		/* it waits for the grace period */
bool inside[3];		/* of a queueing section */
bool waiting[3];	/* the grace period waits for it */
bool queued[2];
byte accepted[2], ran[2];
byte executed;		/* the worker's count */
byte retired;		/* its owner's count of queueings */
byte done;

/* KSWORKER.queued, which is more than was pushed while somebody queues */
#ifdef RETIRE_COUNTED
byte counted;
#define COUNT(n)	counted = counted + (n)
#else
#define COUNT(n)	skip
#endif

#ifdef NO_SECTION
#define ENTER(c)
#define LEAVE(c)
#else
#define ENTER(c)	inside[c] = true;
#define LEAVE(c)	inside[c] = false; waiting[c] = false;
#endif

#ifdef FREE_AT_ONCE
#define NOBODY_LATE	true
#else
#define NOBODY_LATE	(!waiting[0] && !waiting[1] && !waiting[2])
#endif
#ifdef SELF_NOT_TOLD
#define SELF(self)	false
#else
#define SELF(self)	(self)
#endif

/* ksw_ks_try_queue(), on the fast path: @n is who queues, @ok whether it has done it all */
inline queue_fast(n, i, h, ok)
{
	if
	:: atomic { listed -> ENTER(n) skip };
	   atomic {				/* (model: claim) */
		assert(there && !queued[i]);
		queued[i] = true;
		COUNT(1)
	   };
	   do					/* (model: push) */
	   :: atomic { assert(there); h = head };
	      if
	      :: (h & CLOSED) || !(h & (BUSY | ITEMS)) -> break
	      :: else ->
		if
		:: atomic {
			head == h ->
			assert(there);
			head = (h & ~BUSY) | ITEM(i);
			accepted[i]++;
			ok = true;
			break
		   }
		:: atomic { head != h -> assert(there) }
		fi
	      fi
	   od;
	   if					/* (model: undo) */
	   :: ok
#ifdef UNDO_NOT_DONE
	   :: !ok
#else
	   :: !ok -> atomic { assert(there && queued[i]); COUNT(-1); queued[i] = false }
#endif
	   fi;
	   d_step {
		LEAVE(n)
		h = 0
	   }
	:: atomic { !listed -> skip }
	fi
}

/* ksw_queue(), ksw_push() */
inline queue_slow(n, i, h, ok)
{
	if
	:: atomic {
		listed ->
#ifdef SECTION_LATE
		skip
	   };
	   atomic {
#endif
		ENTER(n)
		skip
	   };
	   atomic { assert(there); h = head };
	   if
	   :: h & CLOSED
	   :: else ->
		atomic {			/* (model: claim) */
			assert(!queued[i]);
			queued[i] = true;
			assert(there);
			COUNT(1);
			h = head
		};
#ifdef PUSH_LOOKS_ONCE
		if
		:: h & CLOSED
		:: else ->
#endif
		do				/* (model: push) */
#ifndef PUSH_LOOKS_ONCE
		:: h & CLOSED -> break
		:: !(h & CLOSED) ->
#else
		:: true ->
#endif
		   if
		   :: atomic {
			head == h ->
#ifdef PUSH_NOT_ATOMIC
			skip
		      };
		      atomic {
#endif
			assert(there);
			head = (h & ~BUSY) | ITEM(i);
			accepted[i]++;
			ok = true;
			break
		      }
		   :: atomic { head != h -> assert(there); h = head }
		   fi
		od;
#ifdef PUSH_LOOKS_ONCE
		fi;
#endif
		if				/* ksw_unclaim() */
		:: !ok -> atomic { assert(queued[i]); COUNT(-1); queued[i] = false }
		:: ok && !(h & ITEMS) ->	/* (model: kick) */
			atomic { assert(there) };	/* its stamp */
			if
			:: atomic {
				!(h & BUSY) ->
				assert(there && wq && !pending);
				pending = true
			   }
			:: else
			fi
		:: else
		fi
	   fi;
	   d_step {
		LEAVE(n)
		h = 0
	   }
	:: atomic { !listed -> skip }
	fi
}

/* @ok: whether it was accepted */
inline queue(n, i, h, ok)
{
	ok = false;
	queue_fast(n, i, h, ok);
	if
	:: !ok -> queue_slow(n, i, h, ok)
	:: else
	fi
}

/* ksw_unregister(): @self where the caller is its callback, @low where he may wait */
inline unregister(self, low, h, mine)
{
	atomic {			/* under the lock */
		mine = false;
		if
		:: listed ->
			assert(there);
#ifdef CLOSE_TWICE
			mine = true
#else
			mine = closer == open
#endif
		:: else
		fi;
#ifdef CLOSER_LATE
		if
		:: mine && closer == open -> closer = waited_for
		:: else
		fi
#else
		set_closer(self, low, mine)
#endif
	};
	if
	:: mine ->
		atomic {		/* (model: close) */
			assert(there);
			h = head
#ifdef CLOSE_NOT_ATOMIC
		};
		atomic {
			assert(there);
			head = h | CLOSED
#else
			; head = head | CLOSED
#endif
		};
#ifdef CLOSER_LATE
		atomic { assert(there); set_closer(self, low, mine) };
#endif
#ifdef CLOSE_BY_LOOK
		atomic { assert(there); h = head };
#endif
		if
		:: SELF(self) || !(low) ->
			if
			:: atomic {
				!(h & (BUSY | ITEMS)) ->
				assert(there && !reap && !unused);
				reap = true
			   }
			:: else
			fi
		:: else ->
			if
#ifndef CLOSED_NEVER_WAITED
#ifdef CLOSED_ALWAYS_WAITED
			:: true ->
#else
			:: h & (BUSY | ITEMS) ->
#endif
				atomic { drained -> assert(there) }
#endif
#ifndef CLOSED_ALWAYS_WAITED
			:: else
#endif
			fi;
			destroy()
		fi
	:: else
	fi;
	h = 0;
	mine = false
}

inline set_closer(self, low, mine)
{
	if
	:: mine && (SELF(self) || !(low)) -> closer = orphaned
	:: mine && !SELF(self) && (low) -> closer = waited_for
	:: else
	fi
}

/* ksw_destroy_worker() */
inline destroy()
{
	atomic {			/* destroy_workqueue() */
		!pending && !draining ->
		assert(there && wq);
		wq = false
	};
	atomic {			/* under the lock */
		assert(there && listed);
		listed = false;
#ifdef RETIRE_COUNTED
		retired = counted
#else
		retired = executed		/* ksw_retire_counts() */
#endif
	};
	atomic {			/* call_rcu() */
		assert(there && !unused);
		unused = true;
		waiting[0] = inside[0];
		waiting[1] = inside[1];
		waiting[2] = inside[2]
	}
}

/* ksw_free_worker() */
proctype grace_period()
{
end:	do
	:: atomic {
		unused && NOBODY_LATE ->
		assert(there);
		there = false;
		unused = false
	   }
	od
}

/* ksw_reap_worker() */
proctype reaper()
{
end:	do
	:: reap ->
		destroy();
		reap = false
	od
}

proctype producer(byte c)
{
	byte h;
	bool ok;

	queue(c, c, h, ok);
	done++
}

proctype unregisterer(bool low)
{
	byte h;
	bool mine;

	unregister(false, low, h, mine);
	done++
}

/* ksw_drain() */
proctype thread()
{
	byte h, line, i;
	bool ok, mine;

end:	do
	:: atomic {
		pending ->
		pending = false;
		draining = true
	   };
again:	   do
	   :: atomic { assert(there); h = head };
	      if
	      :: h & ITEMS ->			/* (model: take) */
		if
		:: atomic {
			head == h ->
			assert(there);
			head = BUSY | (h & CLOSED);
			line = h & ITEMS;
			h = 0
		   }
		:: atomic { head != h -> goto again }
		fi;
		do
		:: line != 0 ->
			if
			:: line & ITEM(A) -> i = A
			:: line & ITEM(B) -> i = B
			fi;
			atomic {		/* (model: begin) */
				assert(there && queued[i]);
				line = line & ~ITEM(i);
				queued[i] = false;
				ran[i]++
			};
			if
			:: i == A -> unregister(true, true, h, mine)
			:: i == A
			:: i == B && ran[B] == 1 -> queue(DRAINER, B, h, ok)
			:: i == B && ran[B] != 1
			fi;
			atomic { assert(there); executed++; ok = false }
		:: else -> break
		od
	      :: else -> break
	      fi
	   od;
	   if					/* (model: idle) */
#ifdef IDLE_NO_RECHECK
	   :: atomic { assert(there); head = h & CLOSED; h = h & CLOSED }
#else
#ifdef IDLE_FORGETS_FLAGS
	   :: atomic { (head & ~CLOSED) == BUSY -> assert(there); head = h & CLOSED; h = head }
	   :: atomic { (head & ~CLOSED) != BUSY -> goto again }
#else
	   :: atomic { head == (BUSY | (h & CLOSED)) -> assert(there); head = h & CLOSED; h = head }
	   :: atomic { head != (BUSY | (h & CLOSED)) -> goto again }
#endif
#endif
	   fi;
	   if
	   :: h & CLOSED ->
		if
		:: atomic {
			closer == orphaned ->
			assert(there && !reap && !unused);
			reap = true
		   }
		:: atomic { closer != orphaned -> assert(there); drained = true }
		fi
	   :: else
	   fi;
	   h = 0;
	   draining = false
	od
}

init
{
	atomic {
		run producer(A);
		run producer(B);
		run unregisterer(true);
		run unregisterer(false);
		run thread();
		run reaper();
		run grace_period()
	};
	done == 4 && !there && !pending && !draining && !reap;
	assert(!listed && !wq && head == CLOSED);
	assert(ran[A] == accepted[A] && ran[B] == accepted[B]);
	assert(retired == ran[A] + ran[B]);
	assert(!queued[A] && !queued[B])
}
