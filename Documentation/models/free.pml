/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * free.pml - IoFreeWorkItem() against the end of a run, and against queueing
 *
 * An item of IoAllocateWorkItem(), queued by two producers, on two shared queues
 * with a thread each, so that its runs may overlap.  Its callback may queue it
 * again, be refused (the module goes), and free it.  When the producers' calls
 * have returned, the driver frees the item as well, whatever it does by then.
 *
 * Proven: each accepted queueing runs once; the item is destroyed once, when it
 * is freed and neither queued nor running; nobody touches it afterwards.
 *
 * mutation PUT_NOT_ATOMIC: the state is written, then looked at
 * mutation PUT_IGNORES_QUEUED: the end of a run frees what is queued again
 * mutation FREE_NOT_ATOMIC: the state is looked at, then written
 * mutation FREE_IGNORES_RUNS: what runs is freed at once
 * mutation FREE_UNLOCKED: the item is looked up, unlocked, then freed
 * mutation BEGIN_IN_TWO_STEPS: the claim ends before the run is counted
 * mutation CLAIM_IGNORES_FREED: a freed item can be queued again
 */

/* The state word */
#define QUEUED	1
#define FREED	2
#define RUN	4
#define RUNS	(3 * RUN)

byte state;
bool locked;		/* the bucket of the address */
bool listed = true;
byte destroyed;
bool pending[2];	/* of the item's work, by queue: one of them at most */
byte accepted, ran, done, running;

#define TOUCH	assert(destroyed == 0)
#define LOCK	atomic { !locked -> locked = true }
#define UNLOCK	locked = false

inline destroy()
{
	LOCK;
	assert(listed);
	listed = false;
	UNLOCK;
	TOUCH;
	destroyed++
}

#ifdef PUT_IGNORES_QUEUED
#define LEFT(s)	((s) & (FREED | RUNS))
#else
#define LEFT(s)	((s) & (FREED | QUEUED | RUNS))
#endif

/* ksw_put_item() (model: put) */
inline put(bits, s)
{
	atomic {
		TOUCH;
		assert((state & bits) || bits == RUN);
		state = state - bits;
		s = state
	};
#ifdef PUT_NOT_ATOMIC
	atomic { TOUCH; s = state };
#endif
	if
	:: LEFT(s) == FREED -> destroy()
	:: else
	fi
}

#ifdef CLAIM_IGNORES_FREED
#define TAKEN	QUEUED
#else
#define TAKEN	(QUEUED | FREED)
#endif

/* ksw_claim() and what follows; @refused: it is given back (model: claim) */
inline queue(q, refused, s)
{
	if
	:: atomic {
		!(state & TAKEN) ->
		TOUCH;
		state = state | QUEUED
	   };
	   if
	   :: refused -> put(QUEUED, s)
	   :: else ->
		atomic {
			TOUCH;
			assert(!pending[0] && !pending[1]);
			accepted++;
			pending[q] = true
		}
	   fi
	:: atomic { state & TAKEN -> TOUCH }
	fi
}

/* IoFreeWorkItem() (model: free) */
inline free(s, last)
{
	LOCK;
	if
	:: !listed -> UNLOCK		/* a stale pointer */
	:: else ->
#ifdef FREE_UNLOCKED
		UNLOCK;
#endif
#ifdef FREE_NOT_ATOMIC
		atomic { TOUCH; s = state };
		atomic { TOUCH; state = state | FREED };
#else
		atomic { TOUCH; s = state; state = state | FREED };
#endif
#ifdef FREE_IGNORES_RUNS
		last = !(s & (FREED | QUEUED));
#else
		last = !(s & (FREED | QUEUED | RUNS));
#endif
		UNLOCK;
		if
		:: last -> destroy()
		:: else
		fi
	fi;
	s = 0;
	last = false
}

proctype producer(byte q)
{
	byte s;

	queue(q, false, s);
	done++
}

proctype driver()
{
	byte s;
	bool last;

	done == 2;
	free(s, last);
	done++
}

/* ksw_alloc_work() */
proctype thread(byte q)
{
	byte s, again;
	bool last;

end:	do
	:: atomic { pending[q] -> pending[q] = false; running++ };
	   atomic {			/* (model: begin) */
		TOUCH;
		assert(state & QUEUED);
#ifdef BEGIN_IN_TWO_STEPS
		state = state - QUEUED
	   };
	   atomic {
		TOUCH;
		state = state + RUN;
#else
		state = state - QUEUED + RUN;
#endif
		ran++
	   };
	   if				/* the callback */
	   :: again < 2 -> again++; queue(1 - q, false, s)
	   :: again < 2 -> again++; queue(q, false, s)
	   :: queue(q, true, s)
	   :: free(s, last)
	   :: skip
	   fi;
	   put(RUN, s);
	   atomic { s = 0; running-- }
	od
}

init
{
	atomic {
		run producer(0);
		run producer(1);
		run driver();
		run thread(0);
		run thread(1)
	};
	done == 3 && !pending[0] && !pending[1] && running == 0;
	assert(ran == accepted && accepted >= 1);
	assert(destroyed == 1)
}
