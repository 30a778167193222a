/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * close.pml - KsUnregisterWorker() against queueing and the end of draining
 *
 * Two producers queue an item each, with preemption off.  A caller unregisters
 * the worker, and waits or (above PASSIVE_LEVEL) leaves it to the reaper; so may
 * the first callback, of its own worker.  Two threads may drain.
 *
 * Proven: a queueing is accepted and runs once, before the worker is destroyed,
 * or it is refused; the worker is destroyed once, by who closed it or the
 * reaper; nobody touches it after it is freed, nor does the drainer after it
 * went idle, but of a closed one; who waits is woken; it all ends.
 *
 * mutation CLOSE_NOT_IN_HEAD: closed is looked up first, then the item is pushed
 * mutation CLOSE_NOT_LOCKED: two callers may both find it open
 * mutation CLOSER_AFTER_BIT: who closes says how after the bit is set
 * mutation CLOSE_IGNORES_BUSY: with nothing in line nobody is waited for
 * mutation IDLE_LOOKS_AGAIN: the drainer reads the head once more when idle
 * mutation IDLE_FORGETS_CLOSED: nobody is told that it is drained
 * mutation DESTROY_NO_FLUSH: it does not wait for the drain's return
 * mutation FREE_WITHOUT_RCU: the worker is freed at once
 * mutation COUNTS_WITHOUT_RCU: its per-CPU counts are
 */
#define IDLE	0
#define BUSY	1
#define CLOSED	2
#define ITEM(i)	(8 * ((i) + 1))
#define ITEMS(h)	((h) / 8)

byte head = IDLE;
byte link[2];
bool pending;			/* of the drain's work */
bool reap;			/* of the reaper's */
bool locked;			/* the bucket of the worker */
mtype = { OPEN, WAITED_FOR, ORPHANED };
mtype closer = OPEN;
bool drained, listed = true, freed, counts_freed;
byte destroyed, accepted, refused, ran, done, draining, touching;
bool section[2];		/* the producers' sections with preemption off */
#ifdef CLOSE_NOT_IN_HEAD
bool closed;
#define IS_CLOSED(h)	closed
#else
#define IS_CLOSED(h)	((h) & CLOSED)
#endif

#define TOUCH	assert(!freed)
#define LOCK	atomic { !locked -> locked = true }
#define UNLOCK	locked = false

/* ksw_ks_queue(): a caller may come until the worker is given to RCU. */
proctype producer(byte c)
{
	byte h;

	if
	:: atomic { listed -> section[c] = true };
	   atomic { TOUCH; h = head };
	   if
	   :: IS_CLOSED(h) -> refused++
	   :: else ->
		assert(!counts_freed);		/* this_cpu_inc(*w->queued) */
		do				/* (model: push) */
		:: atomic {
			TOUCH;
			head == h ->
			link[c] = h;
			head = ITEM(c);
#ifdef CLOSE_NOT_IN_HEAD
			head = head | (h & CLOSED);
#endif
			accepted++
		   };
		   if				/* (model: kick) */
		   :: !ITEMS(h) && !(h & BUSY) ->
			atomic { TOUCH; assert(!pending); pending = true }
		   :: else -> TOUCH		/* w->first */
		   fi;
		   break
		:: atomic {
			TOUCH;
			head != h ->
			h = head
		   };
		   if
#ifndef CLOSE_NOT_IN_HEAD
		   :: IS_CLOSED(h) ->
			assert(!counts_freed);	/* this_cpu_dec() */
			refused++;
			break
#endif
		   :: else
		   fi
		od
	   fi;
	   section[c] = false
	:: atomic { !listed -> refused++ }
	fi;
	done++
}

/* ksw_destroy_worker() */
inline destroy()
{
#ifndef DESTROY_NO_FLUSH
	draining == 0;				/* destroy_workqueue() */
#endif
	atomic {
		TOUCH;
		assert(!pending && listed);
		listed = false;
		destroyed++
	};
#ifdef COUNTS_WITHOUT_RCU
	counts_freed = true;
#endif
#ifndef FREE_WITHOUT_RCU
	!section[0];				/* call_rcu() */
	!section[1];
#endif
	counts_freed = true;
	freed = true
}

/* ksw_unregister() (model: close); @waits: whether the caller can */
inline unregister(waits, h, mine)
{
	LOCK;
	if
	:: !listed -> UNLOCK			/* a stale pointer */
	:: else ->
		mine = (closer == OPEN);
#ifdef CLOSE_NOT_LOCKED
		UNLOCK;
#endif
		if
		:: mine ->
#ifndef CLOSER_AFTER_BIT
			closer = (waits -> WAITED_FOR : ORPHANED);
#endif
			atomic {
				TOUCH;
				h = head;
				head = head | CLOSED
#ifdef CLOSE_NOT_IN_HEAD
				; closed = true
#endif
			};
#ifdef CLOSER_AFTER_BIT
			closer = (waits -> WAITED_FOR : ORPHANED);
#endif
		:: else
		fi;
		UNLOCK;
		if
		:: mine ->
#ifdef CLOSE_IGNORES_BUSY
			h = h & ~BUSY;
#endif
			if
			:: waits ->
				if
				:: h & BUSY || ITEMS(h) -> drained
				:: else
				fi;
				destroy()
			:: !waits && !(h & BUSY || ITEMS(h)) ->
				assert(!reap);
				reap = true
			:: else			/* the drainer leaves it to the reaper */
			fi
		:: else
		fi
	fi;
	d_step { h = 0; mine = false }
}

proctype caller()
{
	byte h;
	bool mine;

	if
	:: unregister(true, h, mine)
	:: unregister(false, h, mine)
	fi;
	done++
}

proctype reaper()
{
end:	do
	:: atomic { reap -> reap = false; touching++ };
	   destroy();
	   touching--
	od
}

/* ksw_drain() */
proctype thread()
{
	byte h, i, g;
	bool mine;

end:	do
	:: atomic { pending -> pending = false; draining++ };
again:	   do
	   :: atomic { TOUCH; h = head };
	      if
	      :: ITEMS(h) ->			/* (model: take) */
		if
		:: atomic { TOUCH; head == h -> head = BUSY | (h & CLOSED) }
		:: atomic { TOUCH; head != h -> goto again }
		fi;
		do
		:: ITEMS(h) ->
			i = ITEMS(h) - 1;
			atomic { TOUCH; assert(destroyed == 0); ran++ };
			if			/* the callback */
			:: ran == 1 -> unregister(false, g, mine)
			:: skip
			fi;
			h = link[i]
		:: else -> break
		od
	      :: else -> break
	      fi
	   od;
	   d_step { i = 0; h = (h & CLOSED) | BUSY };
	   if					/* (model: idle) */
	   :: atomic { TOUCH; head == h -> head = h & CLOSED }
	   :: atomic { TOUCH; head != h -> goto again }
	   fi;
#ifdef IDLE_LOOKS_AGAIN
	   atomic { TOUCH; h = head };
#endif
	   if
#ifndef IDLE_FORGETS_CLOSED
	   :: h & CLOSED ->
		TOUCH;
		if
		:: closer == ORPHANED ->
			assert(!reap);
			reap = true
		:: else ->
			assert(closer == WAITED_FOR);
			drained = true
		fi
#endif
	   :: else
	   fi;
	   d_step { h = 0; draining-- }
	od
}

init
{
	atomic {
		run producer(0);
		run producer(1);
		run caller();
		run reaper();
		run thread();
		run thread()
	};
	done == 3 && !pending && !reap && draining == 0 && touching == 0;
	assert(ran == accepted && accepted + refused == 2);
	assert(destroyed == 1 && freed)
}
