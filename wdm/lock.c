// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks that threads sleep for: fast and guarded mutexes, push locks, rundown
 * protection, remove locks; and the reader-writer spin lock
 *
 * Each is a word in the driver's memory.  Who finds it free changes it by one
 * compare-and-exchange.  Who does not sets KSW_WAITED in it and waits in line in
 * the bucket of its address; from then on the word changes under the lock of the
 * bucket alone, and who releases hands it to the first in line.  Nothing of the
 * driver's is touched after it was released, so that who gets it then may free it,
 * as on Windows.
 */
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

#include "internal.h"

/* The word of a lock */
#define KSW_HELD		1UL	/* exclusively */
#define KSW_WAITED		2UL	/* somebody waits in line */
#define KSW_SHARED		4UL	/* number of those that share it, from here up */

static inline bool ksw_may_hold(unsigned long word, bool shared)
{
	return shared ? !(word & (KSW_HELD | KSW_WAITED)) : !word;
}

static __always_inline bool ksw_try_word(unsigned long *word, bool shared)
{
	unsigned long old = READ_ONCE(*word);

	while (ksw_may_hold(old, shared)) {
		if (try_cmpxchg_acquire(word, &old, shared ? old + KSW_SHARED : KSW_HELD))
			return true;
	}
	return false;
}

/* Wait in line in @b, whose lock is released. */
void ksw_await(struct ksw_bucket *b, struct ksw_locker *l, unsigned long flags)
{
	lockdep_assert_held(&b->lock);
	list_add_tail(&l->link, &b->lockers);
	__acquire(&b->lock);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	might_sleep();
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (smp_load_acquire(&l->granted))	/* pairs with ksw_grant() */
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

/*
 * Let one go that waits in line; its stack frame may be gone afterwards, and so may
 * its task but for RCU: interrupts are off.
 */
void ksw_grant(struct ksw_locker *l)
{
	struct task_struct *task = l->task;

	lockdep_assert_irqs_disabled();
	list_del(&l->link);
	smp_store_release(&l->granted, true);	/* pairs with ksw_await(); @l is gone */
	wake_up_process(task);
}

static noinline void ksw_wait_word(unsigned long *word, const void *addr, bool shared)
{
	struct ksw_locker l = { .addr = addr, .task = current, .shared = shared };
	struct ksw_bucket *b = ksw_bucket(addr);
	unsigned long flags, old;

	raw_spin_lock_irqsave(&b->lock, flags);
	do {
		if (ksw_try_word(word, shared)) {
			raw_spin_unlock_irqrestore(&b->lock, flags);
			return;
		}
		old = READ_ONCE(*word);
	} while (!(old & KSW_WAITED) &&
		 (ksw_may_hold(old, shared) || cmpxchg(word, old, old | KSW_WAITED) != old));
	__release(&b->lock);	/* ksw_await() does */
	ksw_await(b, &l, flags);
}

/* Hand it to the first in line, or to all at its head that share. */
static noinline void ksw_hand_word(unsigned long *word, const void *addr, unsigned long held)
{
	struct ksw_bucket *b = ksw_bucket(addr);
	struct ksw_locker *l, *next;
	unsigned long flags, new;
	bool over = false;

	raw_spin_lock_irqsave(&b->lock, flags);
	new = *word - held;
	if (!(new & ~KSW_WAITED)) {
		new = 0;
		list_for_each_entry(l, &b->lockers, link) {
			if (l->addr != addr)
				continue;
			if (over || new & KSW_HELD || (new && !l->shared)) {
				new |= KSW_WAITED;
				break;
			}
			new += l->shared ? KSW_SHARED : KSW_HELD;
			over = !l->shared;
		}
		/* it is theirs before the first of them knows */
		WRITE_ONCE(*word, new);
		held = new & ~KSW_WAITED;
		list_for_each_entry_safe(l, next, &b->lockers, link) {
			if (!held)
				break;
			if (l->addr != addr)
				continue;
			held -= l->shared ? KSW_SHARED : KSW_HELD;
			ksw_grant(l);
		}
	} else {
		WRITE_ONCE(*word, new);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
}

/* Return false where it is not held so. */
static __always_inline bool ksw_release_word(unsigned long *word, const void *addr, bool shared)
{
	unsigned long held = shared ? KSW_SHARED : KSW_HELD, old = READ_ONCE(*word);

	do {
		if (unlikely(shared ? old < KSW_SHARED : !(old & KSW_HELD)))
			return false;
		if (unlikely(old & KSW_WAITED)) {
			ksw_hand_word(word, addr, held);
			return true;
		}
	} while (!try_cmpxchg_release(word, &old, old - held));
	return true;
}

/* Return false above PASSIVE_LEVEL, which is reported, where it cannot be had at once. */
static __always_inline bool ksw_acquire_word(unsigned long *word, const void *addr, bool shared,
					     const char *call, unsigned long ip)
{
	ksw_check_irql(PASSIVE_LEVEL, call, ip, addr);
	if (likely(ksw_try_word(word, shared)))
		return true;
	if (unlikely(ksw_irql() > PASSIVE_LEVEL)) {
		if (!ksw_verifying())
			ksw_report_at(KSW_IRQL_CALL, call, ip, addr);
		return false;
	}
	ksw_wait_word(word, addr, shared);
	return true;
}

/* Fast and guarded mutexes */

/**
 * struct ksw_fast_mutex - a FAST_MUTEX
 * @count: Windows' own: 1 where it is free, as far as that is known
 * @cookie: made from its address
 * @owner: compared, never followed; written by the owner alone
 * @word: A: made from its address where it is free, else the owner's task, with
 *	KSW_WAITED where somebody waits in line
 * @map: lockdep's
 *
 * The fast path is one compare-and-exchange of @word, which fails for all that is
 * wrong: what is no mutex is never free, and what is not one's own not released.
 */
struct ksw_fast_mutex {
	s32 count;
	u32 cookie;
	struct task_struct *owner;
	unsigned long word;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_map map;
#endif
};

static_assert(sizeof(struct ksw_fast_mutex) <= sizeof(FAST_MUTEX));
static_assert(offsetof(struct ksw_fast_mutex, owner) == offsetof(FAST_MUTEX, Owner));

static __always_inline unsigned long ksw_mutex_free(const struct ksw_fast_mutex *m)
{
	return (unsigned long)m + 1;
}

static bool ksw_is_fast_mutex(struct ksw_fast_mutex *m, const char *call, unsigned long ip)
{
	if (likely(m && m->cookie == ksw_cookie(m, KSW_FAST_MUTEX)))
		return true;
	ksw_report_at(m ? KSW_USE_UNINITIALIZED : KSW_BAD_ARGUMENT, call, ip, m);
	return false;
}

static __always_inline bool ksw_take_mutex(struct ksw_fast_mutex *m)
{
	unsigned long old = ksw_mutex_free(m);

	return likely(try_cmpxchg_acquire(&m->word, &old, (unsigned long)current));
}

static __always_inline void ksw_own_mutex(struct ksw_fast_mutex *m)
{
	WRITE_ONCE(m->owner, current);
	m->count = 0;
}

static void ksw_wait_mutex(struct ksw_fast_mutex *m)
{
	struct ksw_locker l = { .addr = m, .task = current };
	struct ksw_bucket *b = ksw_bucket(m);
	unsigned long flags, old;

	raw_spin_lock_irqsave(&b->lock, flags);
	do {
		if (ksw_take_mutex(m)) {
			raw_spin_unlock_irqrestore(&b->lock, flags);
			return;
		}
		old = READ_ONCE(m->word);
	} while (old == ksw_mutex_free(m) ||
		 (!(old & KSW_WAITED) && cmpxchg(&m->word, old, old | KSW_WAITED) != old));
	__release(&b->lock);	/* ksw_await() does */
	ksw_await(b, &l, flags);
}

/* Hand @m to the first in line. */
static void ksw_hand_mutex(struct ksw_fast_mutex *m)
{
	struct ksw_bucket *b = ksw_bucket(m);
	struct ksw_locker *l, *first = NULL;
	unsigned long flags, word = ksw_mutex_free(m);

	raw_spin_lock_irqsave(&b->lock, flags);
	list_for_each_entry(l, &b->lockers, link) {
		if (l->addr != m)
			continue;
		if (first) {
			word |= KSW_WAITED;
			break;
		}
		first = l;
		word = (unsigned long)l->task;
	}
	/* it is its own before it knows */
	WRITE_ONCE(m->word, word);
	if (likely(first))
		ksw_grant(first);
	raw_spin_unlock_irqrestore(&b->lock, flags);
}

VOID __ExInitializeFastMutex(PFAST_MUTEX FastMutex, const CHAR *name, PVOID class)
{
	struct ksw_fast_mutex *m = (struct ksw_fast_mutex *)FastMutex;

	if (!m) {
		ksw_report_at(KSW_BAD_ARGUMENT, "ExInitializeFastMutex", _RET_IP_, m);
		return;
	}
	memset(m, 0, sizeof(*m));
	m->count = 1;
	m->cookie = ksw_cookie(m, KSW_FAST_MUTEX);
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	lockdep_init_map(&m->map, name, class, 0);
#endif
	WRITE_ONCE(m->word, ksw_mutex_free(m));
}
EXPORT_SYMBOL_GPL(__ExInitializeFastMutex);

/* With lockdep or the verifier, or where it is not free */
static noinline void ksw_acquire_slow(struct ksw_fast_mutex *m, const char *call, unsigned long ip)
{
	if (!ksw_is_fast_mutex(m, call, ip))
		return;
	ksw_check_irql(PASSIVE_LEVEL, call, ip, m);
	if ((READ_ONCE(m->word) & ~KSW_WAITED) == (unsigned long)current) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, m);
		return;
	}
	if (!ksw_take_mutex(m)) {
		if (unlikely(ksw_irql() > PASSIVE_LEVEL)) {
			if (!ksw_verifying())
				ksw_report_at(KSW_IRQL_CALL, call, ip, m);
			return;
		}
#ifdef CONFIG_DEBUG_LOCK_ALLOC
		mutex_acquire(&m->map, 0, 0, ip);
#endif
		ksw_wait_mutex(m);
	} else {
#ifdef CONFIG_DEBUG_LOCK_ALLOC
		mutex_acquire(&m->map, 0, 0, ip);
#endif
	}
	ksw_own_mutex(m);
}

static noinline void ksw_release_slow(struct ksw_fast_mutex *m, const char *call, unsigned long ip)
{
	unsigned long old = (unsigned long)current;

	ksw_check_irql(PASSIVE_LEVEL, call, ip, m);
	if (!ksw_is_fast_mutex(m, call, ip))
		return;
	if ((READ_ONCE(m->word) & ~KSW_WAITED) != old) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, m);
		return;
	}
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	mutex_release(&m->map, ip);
#endif
	m->count = 1;
	WRITE_ONCE(m->owner, NULL);
	if (!try_cmpxchg_release(&m->word, &old, ksw_mutex_free(m)))
		ksw_hand_mutex(m);
}

static __always_inline bool ksw_mutex_checked(void)
{
	return IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC) || ksw_verifying();
}

static __always_inline bool ksw_acquire_fast(struct ksw_fast_mutex *m)
{
	if (ksw_mutex_checked() || unlikely(!m) || !ksw_take_mutex(m))
		return false;
	ksw_own_mutex(m);
	return true;
}

static __always_inline bool ksw_release_fast(struct ksw_fast_mutex *m)
{
	unsigned long old = (unsigned long)current;

	if (ksw_mutex_checked() || unlikely(!m || READ_ONCE(m->word) != old))
		return false;
	m->count = 1;
	WRITE_ONCE(m->owner, NULL);
	return likely(try_cmpxchg_release(&m->word, &old, ksw_mutex_free(m)));
}

/* macros, since only their slow paths look for the caller */
#define ksw_acquire_mutex(mutex) do {						\
	struct ksw_fast_mutex *ksw_mutex = (struct ksw_fast_mutex *)(mutex);	\
										\
	if (!ksw_acquire_fast(ksw_mutex))					\
		ksw_acquire_slow(ksw_mutex, __func__, _RET_IP_);		\
} while (0)

#define ksw_release_mutex(mutex) do {						\
	struct ksw_fast_mutex *ksw_mutex = (struct ksw_fast_mutex *)(mutex);	\
										\
	if (!ksw_release_fast(ksw_mutex))					\
		ksw_release_slow(ksw_mutex, __func__, _RET_IP_);		\
} while (0)

static __always_inline bool ksw_try_mutex(PFAST_MUTEX mutex, const char *call, unsigned long ip)
{
	struct ksw_fast_mutex *m = (struct ksw_fast_mutex *)mutex;

	ksw_check_irql(PASSIVE_LEVEL, call, ip, m);
	if (!ksw_is_fast_mutex(m, call, ip) || !ksw_take_mutex(m))
		return false;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	mutex_acquire(&m->map, 0, 1, ip);
#endif
	ksw_own_mutex(m);
	return true;
}

/**
 * ExAcquireFastMutex - acquire a fast mutex
 * @FastMutex: set up by ExInitializeFastMutex(); the caller's own already counts
 *	bad_argument, and stays so
 *
 * First come, first served.  Who gets it may free it as soon as it is released.
 *
 * Free, it costs one compare-and-exchange.  On Windows the owner is at APC_LEVEL
 * (Microsoft: wdm.h, ExAcquireFastMutex); there are no APCs here.
 *
 * Context: PASSIVE_LEVEL, and stays there; above it counts irql_call, and does
 * not acquire it where it would have to wait.
 */
VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	ksw_acquire_mutex(FastMutex);
}
EXPORT_SYMBOL_GPL(ExAcquireFastMutex);

/**
 * ExAcquireFastMutexUnsafe - acquire a fast mutex
 * @FastMutex: as for ExAcquireFastMutex()
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
	ksw_acquire_mutex(FastMutex);
}
EXPORT_SYMBOL_GPL(ExAcquireFastMutexUnsafe);

/**
 * ExTryToAcquireFastMutex - acquire a fast mutex where it is free
 * @FastMutex: as for ExAcquireFastMutex()
 *
 * Context: PASSIVE_LEVEL.
 * Return: TRUE where it is acquired.
 */
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
	return ksw_try_mutex(FastMutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExTryToAcquireFastMutex);

/**
 * ExReleaseFastMutex - release a fast mutex
 * @FastMutex: the caller's; another's counts bad_argument, and stays as it is
 *
 * Context: PASSIVE_LEVEL, in the thread that acquired it.
 */
VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
	ksw_release_mutex(FastMutex);
}
EXPORT_SYMBOL_GPL(ExReleaseFastMutex);

/**
 * ExReleaseFastMutexUnsafe - release a fast mutex
 * @FastMutex: as for ExReleaseFastMutex()
 *
 * Context: PASSIVE_LEVEL, in the thread that acquired it.
 */
VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
	ksw_release_mutex(FastMutex);
}
EXPORT_SYMBOL_GPL(ExReleaseFastMutexUnsafe);

/**
 * KeAcquireGuardedMutex - acquire a guarded mutex
 * @Mutex: as for ExAcquireFastMutex()
 *
 * Context: As ExAcquireFastMutex().
 */
VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	ksw_acquire_mutex(Mutex);
}
EXPORT_SYMBOL_GPL(KeAcquireGuardedMutex);

/**
 * KeAcquireGuardedMutexUnsafe - acquire a guarded mutex
 * @Mutex: as for ExAcquireFastMutex()
 *
 * Context: As ExAcquireFastMutex().
 */
VOID KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex)
{
	ksw_acquire_mutex(Mutex);
}
EXPORT_SYMBOL_GPL(KeAcquireGuardedMutexUnsafe);

/**
 * KeTryToAcquireGuardedMutex - acquire a guarded mutex where it is free
 * @Mutex: as for ExAcquireFastMutex()
 *
 * Context: PASSIVE_LEVEL.
 * Return: TRUE where it is acquired.
 */
BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	return ksw_try_mutex(Mutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeTryToAcquireGuardedMutex);

/**
 * KeReleaseGuardedMutex - release a guarded mutex
 * @Mutex: as for ExReleaseFastMutex()
 *
 * Context: PASSIVE_LEVEL, in the thread that acquired it.
 */
VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	ksw_release_mutex(Mutex);
}
EXPORT_SYMBOL_GPL(KeReleaseGuardedMutex);

/**
 * KeReleaseGuardedMutexUnsafe - release a guarded mutex
 * @Mutex: as for ExReleaseFastMutex()
 *
 * Context: PASSIVE_LEVEL, in the thread that acquired it.
 */
VOID KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex)
{
	ksw_release_mutex(Mutex);
}
EXPORT_SYMBOL_GPL(KeReleaseGuardedMutexUnsafe);

/* Push locks */

/**
 * struct ksw_push_lock - an EX_PUSH_LOCK, a zero at first
 * @word: A: see above
 * @map: lockdep's; not set up where the lock was zeroed only
 */
struct ksw_push_lock {
	unsigned long word;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_map map;
#endif
};

static_assert(sizeof(struct ksw_push_lock) <= sizeof(EX_PUSH_LOCK));

VOID __ExInitializePushLock(PEX_PUSH_LOCK PushLock, const CHAR *name, PVOID class)
{
	struct ksw_push_lock *p = (struct ksw_push_lock *)PushLock;

	if (!p) {
		ksw_report_at(KSW_BAD_ARGUMENT, "ExInitializePushLock", _RET_IP_, p);
		return;
	}
	memset(p, 0, sizeof(*p));
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	lockdep_init_map(&p->map, name, class, 0);
#endif
}
EXPORT_SYMBOL_GPL(__ExInitializePushLock);

static __always_inline void ksw_push_acquire(PEX_PUSH_LOCK lock, bool shared, const char *call,
					     unsigned long ip)
{
	struct ksw_push_lock *p = (struct ksw_push_lock *)lock;

	if (unlikely(!p)) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, p);
		return;
	}
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	if (p->map.name && shared)
		rwsem_acquire_read(&p->map, 0, 0, ip);
	else if (p->map.name)
		rwsem_acquire(&p->map, 0, 0, ip);
#endif
	if (ksw_acquire_word(&p->word, p, shared, call, ip))
		return;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	if (p->map.name)
		rwsem_release(&p->map, ip);
#endif
}

static __always_inline void ksw_push_release(PEX_PUSH_LOCK lock, bool shared, const char *call,
					     unsigned long ip)
{
	struct ksw_push_lock *p = (struct ksw_push_lock *)lock;
	unsigned long held = shared ? ~(KSW_SHARED - 1) : KSW_HELD;

	ksw_check_irql(PASSIVE_LEVEL, call, ip, p);
	if (unlikely(!p || !(READ_ONCE(p->word) & held))) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, p);
		return;
	}
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	if (p->map.name)
		rwsem_release(&p->map, ip);
#endif
	ksw_release_word(&p->word, p, shared);
}

/**
 * ExAcquirePushLockExclusiveEx - acquire a push lock
 * @PushLock: set up by ExInitializePushLock(), or zeroed; not twice by a thread
 * @Flags: not used
 *
 * First come, first served.
 *
 * Also: ExAcquirePushLockExclusive().
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call, and does not acquire it
 * where it would have to wait.
 */
VOID ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	ksw_push_acquire(PushLock, false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquirePushLockExclusiveEx);

/**
 * ExAcquirePushLockSharedEx - acquire a push lock, beside others that share it
 * @PushLock: as for ExAcquirePushLockExclusiveEx()
 * @Flags: not used
 *
 * Also: ExAcquirePushLockShared().
 *
 * Context: As ExAcquirePushLockExclusiveEx().
 */
VOID ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	ksw_push_acquire(PushLock, true, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquirePushLockSharedEx);

/**
 * ExReleasePushLockExclusiveEx - release a push lock
 * @PushLock: held exclusively, else it counts bad_argument and stays as it is
 * @Flags: not used
 *
 * Also: ExReleasePushLockExclusive().
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	ksw_push_release(PushLock, false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleasePushLockExclusiveEx);

/**
 * ExReleasePushLockSharedEx - release a push lock
 * @PushLock: held shared, else it counts bad_argument and stays as it is
 * @Flags: not used
 *
 * Also: ExReleasePushLockShared().
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags)
{
	ksw_push_release(PushLock, true, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleasePushLockSharedEx);

/*
 * Rundown protection: twice the number of references, and 1 from when somebody
 * waits for them to go.
 */
#define KSW_RUNDOWN	1UL

/**
 * ExInitializeRundownProtection - set up rundown protection
 * @RunRef: the driver's memory, a zero
 *
 * Context: Any.
 */
VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	WRITE_ONCE(RunRef->Count, 0);
}
EXPORT_SYMBOL_GPL(ExInitializeRundownProtection);

/**
 * ExReInitializeRundownProtection - set it up again after it was run down
 * @RunRef: the rundown protection
 *
 * Context: Any.
 */
VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	WRITE_ONCE(RunRef->Count, 0);
}
EXPORT_SYMBOL_GPL(ExReInitializeRundownProtection);

/**
 * ExAcquireRundownProtectionEx - take references
 * @RunRef: the rundown protection
 * @Count: how many
 *
 * Context: Any.
 * Return: TRUE; FALSE where it is run down, or being so.
 */
BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
	ULONG_PTR old = READ_ONCE(RunRef->Count);

	do {
		if (old & KSW_RUNDOWN)
			return FALSE;
	} while (!try_cmpxchg(&RunRef->Count, &old, old + 2UL * Count));
	return TRUE;
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtectionEx);

/**
 * ExAcquireRundownProtection - take a reference
 * @RunRef: the rundown protection
 *
 * Context: Any.
 * Return: as ExAcquireRundownProtectionEx().
 */
BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	return ExAcquireRundownProtectionEx(RunRef, 1);
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtection);

static noinline void ksw_rundown_wake(const void *addr)
{
	struct ksw_bucket *b = ksw_bucket(addr);
	struct ksw_locker *l, *next;
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	list_for_each_entry_safe(l, next, &b->lockers, link) {
		if (l->addr == addr)
			ksw_grant(l);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
}

static void ksw_rundown_release(PEX_RUNDOWN_REF ref, ULONG count, const char *call,
				unsigned long ip)
{
	ULONG_PTR old = READ_ONCE(ref->Count), new;

	do {
		if (old < 2UL * count) {
			ksw_report_at(KSW_BAD_ARGUMENT, call, ip, ref);
			return;
		}
		new = old - 2UL * count;
	} while (!try_cmpxchg(&ref->Count, &old, new));
	/* its memory may be gone from here on, where nobody waits too */
	if (new == KSW_RUNDOWN)
		ksw_rundown_wake(ref);
}

/**
 * ExReleaseRundownProtectionEx - give references back
 * @RunRef: the rundown protection; more than were taken count bad_argument, and
 *	none is given back
 * @Count: how many
 *
 * Context: Any.
 */
VOID ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
	ksw_rundown_release(RunRef, Count, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtectionEx);

/**
 * ExReleaseRundownProtection - give a reference back
 * @RunRef: as for ExReleaseRundownProtectionEx()
 *
 * Context: Any.
 */
VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef)
{
	ksw_rundown_release(RunRef, 1, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtection);

/**
 * ExRundownCompleted - say that it is run down
 * @RunRef: the rundown protection
 *
 * Context: Any.
 */
VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef)
{
	WRITE_ONCE(RunRef->Count, KSW_RUNDOWN);
}
EXPORT_SYMBOL_GPL(ExRundownCompleted);

/**
 * ExWaitForRundownProtectionRelease - run it down
 * @RunRef: the rundown protection, of which no reference can be taken from now on;
 *	its memory may be freed afterwards
 *
 * Returns when all references are given back.
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call, and does not wait.
 */
VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef)
{
	struct ksw_locker l = { .addr = RunRef, .task = current };
	struct ksw_bucket *b = ksw_bucket(RunRef);
	bool raised = ksw_irql() > PASSIVE_LEVEL;
	unsigned long flags;
	ULONG_PTR old;

	raw_spin_lock_irqsave(&b->lock, flags);
	old = READ_ONCE(RunRef->Count);
	while (!try_cmpxchg(&RunRef->Count, &old, old | KSW_RUNDOWN))
		;
	if (old & ~KSW_RUNDOWN && !raised) {
		__release(&b->lock);	/* ksw_await() does */
		ksw_await(b, &l, flags);
	} else {
		raw_spin_unlock_irqrestore(&b->lock, flags);
	}
	if (unlikely(raised && (old & ~KSW_RUNDOWN || ksw_verifying())))
		ksw_report_at(KSW_IRQL_CALL, __func__, _RET_IP_, RunRef);
}
EXPORT_SYMBOL_GPL(ExWaitForRundownProtectionRelease);

/* The cache-aware kind: taking a reference is one atomic operation there as well. */

struct _EX_RUNDOWN_REF_CACHE_AWARE {
	EX_RUNDOWN_REF ref;
};

/**
 * ExSizeOfRundownProtectionCacheAware - tell the size of the cache-aware kind
 *
 * Context: Any.
 * Return: in bytes.
 */
SIZE_T ExSizeOfRundownProtectionCacheAware(void)
{
	return sizeof(struct _EX_RUNDOWN_REF_CACHE_AWARE);
}
EXPORT_SYMBOL_GPL(ExSizeOfRundownProtectionCacheAware);

/**
 * ExInitializeRundownProtectionCacheAware - set up the cache-aware kind
 * @RunRefCacheAware: the driver's memory
 * @RunRefSize: of ExSizeOfRundownProtectionCacheAware()
 *
 * Context: Any.
 */
VOID ExInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
					     SIZE_T RunRefSize)
{
	ExInitializeRundownProtection(&RunRefCacheAware->ref);
}
EXPORT_SYMBOL_GPL(ExInitializeRundownProtectionCacheAware);

PEX_RUNDOWN_REF_CACHE_AWARE __ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType,
								    ULONG PoolTag,
								    struct module *owner)
{
	PEX_RUNDOWN_REF_CACHE_AWARE ref;

	ref = __ExAllocatePoolWithTag(PoolType | POOL_ZERO_ALLOCATION, sizeof(*ref), PoolTag,
				      owner);
	return ref;
}
EXPORT_SYMBOL_GPL(__ExAllocateCacheAwareRundownProtection);

/**
 * ExAllocateCacheAwareRundownProtection - make one of the cache-aware kind
 * @PoolType: as for ExAllocatePoolWithTag()
 * @PoolTag: as for ExAllocatePoolWithTag()
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the rundown protection, for ExFreeCacheAwareRundownProtection(), or NULL.
 */
PEX_RUNDOWN_REF_CACHE_AWARE ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType, ULONG PoolTag)
{
	return __ExAllocateCacheAwareRundownProtection(PoolType, PoolTag, ksw_caller(_RET_IP_));
}
EXPORT_SYMBOL_GPL(ExAllocateCacheAwareRundownProtection);

/**
 * ExFreeCacheAwareRundownProtection - give one up
 * @RunRefCacheAware: of ExAllocateCacheAwareRundownProtection()
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExFreeCacheAwareRundownProtection(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	ksw_pool_free(RunRefCacheAware, 0, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExFreeCacheAwareRundownProtection);

/**
 * ExReInitializeRundownProtectionCacheAware - as ExReInitializeRundownProtection()
 * @RunRefCacheAware: the rundown protection
 *
 * Context: Any.
 */
VOID ExReInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	ExReInitializeRundownProtection(&RunRefCacheAware->ref);
}
EXPORT_SYMBOL_GPL(ExReInitializeRundownProtectionCacheAware);

/**
 * ExAcquireRundownProtectionCacheAwareEx - as ExAcquireRundownProtectionEx()
 * @RunRefCacheAware: the rundown protection
 * @Count: how many
 *
 * Context: Any.
 * Return: TRUE; FALSE where it is run down, or being so.
 */
BOOLEAN ExAcquireRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
					       ULONG Count)
{
	return ExAcquireRundownProtectionEx(&RunRefCacheAware->ref, Count);
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtectionCacheAwareEx);

/**
 * ExAcquireRundownProtectionCacheAware - as ExAcquireRundownProtection()
 * @RunRefCacheAware: the rundown protection
 *
 * Context: Any.
 * Return: TRUE; FALSE where it is run down, or being so.
 */
BOOLEAN ExAcquireRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	return ExAcquireRundownProtectionEx(&RunRefCacheAware->ref, 1);
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtectionCacheAware);

/**
 * ExReleaseRundownProtectionCacheAwareEx - as ExReleaseRundownProtectionEx()
 * @RunRef: the rundown protection
 * @Count: how many
 *
 * Context: Any.
 */
VOID ExReleaseRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRef, ULONG Count)
{
	ksw_rundown_release(&RunRef->ref, Count, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtectionCacheAwareEx);

/**
 * ExReleaseRundownProtectionCacheAware - as ExReleaseRundownProtection()
 * @RunRefCacheAware: the rundown protection
 *
 * Context: Any.
 */
VOID ExReleaseRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	ksw_rundown_release(&RunRefCacheAware->ref, 1, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtectionCacheAware);

/**
 * ExRundownCompletedCacheAware - as ExRundownCompleted()
 * @RunRefCacheAware: the rundown protection
 *
 * Context: Any.
 */
VOID ExRundownCompletedCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
	ExRundownCompleted(&RunRefCacheAware->ref);
}
EXPORT_SYMBOL_GPL(ExRundownCompletedCacheAware);

/**
 * ExWaitForRundownProtectionReleaseCacheAware - as ExWaitForRundownProtectionRelease()
 * @RunRef: the rundown protection
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExWaitForRundownProtectionReleaseCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRef)
{
	ExWaitForRundownProtectionRelease(&RunRef->ref);
}
EXPORT_SYMBOL_GPL(ExWaitForRundownProtectionReleaseCacheAware);

/* Remove locks: IoCount is 1 more than the number of those that hold it, until it is removed. */

static bool ksw_is_remove_lock(PIO_REMOVE_LOCK lock, const char *call, unsigned long ip)
{
	struct ksw_object *o;

	o = lock ? (struct ksw_object *)&lock->Common.RemoveEvent : NULL;
	if (likely(o && READ_ONCE(o->word) == ksw_cookie(o, KSW_SYNCHRONIZATION_EVENT)))
		return true;
	ksw_report_at(lock ? KSW_USE_UNINITIALIZED : KSW_BAD_ARGUMENT, call, ip, lock);
	return false;
}

/**
 * IoInitializeRemoveLockEx - set up a remove lock
 * @Lock: the driver's memory
 * @AllocateTag: not used
 * @MaxLockedMinutes: not used
 * @HighWatermark: not used
 * @RemlockSize: not used
 *
 * Also: IoInitializeRemoveLock().
 *
 * Context: Any.
 */
VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
			      ULONG HighWatermark, ULONG RemlockSize)
{
	if (!Lock) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, Lock);
		return;
	}
	Lock->Common.Removed = FALSE;
	Lock->Common.IoCount = 1;
	KeInitializeEvent(&Lock->Common.RemoveEvent, SynchronizationEvent, FALSE);
}
EXPORT_SYMBOL_GPL(IoInitializeRemoveLockEx);

/* Return false where it was not held. */
static bool ksw_remove_lock_put(PIO_REMOVE_LOCK lock)
{
	LONG old = READ_ONCE(lock->Common.IoCount);

	do {
		/* what is not held is 1, or 0 where it is removed */
		if (old < 1 || (old == 1 && !READ_ONCE(lock->Common.Removed)))
			return false;
	} while (!try_cmpxchg(&lock->Common.IoCount, &old, old - 1));
	if (old == 1)
		ksw_set_event(&lock->Common.RemoveEvent);
	return true;
}

/**
 * IoAcquireRemoveLockEx - hold a device's removal off
 * @RemoveLock: the lock
 * @Tag: not used
 * @File: not used
 * @Line: not used
 * @RemlockSize: not used
 *
 * Also: IoAcquireRemoveLock().
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_DELETE_PENDING where it is being removed;
 * STATUS_INVALID_PARAMETER where it is no remove lock.
 */
NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
			       ULONG RemlockSize)
{
	ksw_highest(DISPATCH_LEVEL, RemoveLock);
	if (!ksw_is_remove_lock(RemoveLock, __func__, _RET_IP_))
		return STATUS_INVALID_PARAMETER;
	/* counted before it is looked at: who removes it marks it, then counts */
	atomic_inc_return((atomic_t *)&RemoveLock->Common.IoCount);
	if (likely(!READ_ONCE(RemoveLock->Common.Removed)))
		return STATUS_SUCCESS;
	ksw_remove_lock_put(RemoveLock);
	return STATUS_DELETE_PENDING;
}
EXPORT_SYMBOL_GPL(IoAcquireRemoveLockEx);

/**
 * IoReleaseRemoveLockEx - no longer hold a device's removal off
 * @RemoveLock: the lock; one that is not held counts bad_argument
 * @Tag: not used
 * @RemlockSize: not used
 *
 * Also: IoReleaseRemoveLock().
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
	ksw_highest(DISPATCH_LEVEL, RemoveLock);
	if (ksw_is_remove_lock(RemoveLock, __func__, _RET_IP_) && !ksw_remove_lock_put(RemoveLock))
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, RemoveLock);
}
EXPORT_SYMBOL_GPL(IoReleaseRemoveLockEx);

/**
 * IoReleaseRemoveLockAndWaitEx - let a device's removal begin, and wait for the others
 * @RemoveLock: held by the caller, else it counts bad_argument; its memory may be
 *	freed afterwards
 * @Tag: not used
 * @RemlockSize: not used
 *
 * From now on IoAcquireRemoveLock() fails.  Returns when nobody holds it.
 *
 * Also: IoReleaseRemoveLockAndWait().
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call, and does not wait.
 */
VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
	if (!ksw_is_remove_lock(RemoveLock, __func__, _RET_IP_))
		return;
	if (READ_ONCE(RemoveLock->Common.IoCount) < 2 || READ_ONCE(RemoveLock->Common.Removed)) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, RemoveLock);
		return;
	}
	WRITE_ONCE(RemoveLock->Common.Removed, TRUE);
	smp_mb();	/* pairs with the count of IoAcquireRemoveLock() */
	ksw_remove_lock_put(RemoveLock);
	ksw_remove_lock_put(RemoveLock);
	ksw_wait_for(&RemoveLock->Common.RemoveEvent, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(IoReleaseRemoveLockAndWaitEx);

/*
 * Reader-writer spin locks: the number of readers, or all bits below the highest
 * where it is held exclusively; the highest where somebody waits for that.
 */
#define KSW_WRITER	0x7fffffff
#define KSW_WANTED	S32_MIN

static __always_inline bool ksw_try_read(LONG *lock)
{
	LONG old = READ_ONCE(*lock);

	while (old >= 0 && old != KSW_WRITER) {
		if (try_cmpxchg_acquire(lock, &old, old + 1))
			return true;
	}
	return false;
}

static __always_inline bool ksw_try_write(LONG *lock)
{
	LONG old = READ_ONCE(*lock);

	while (!(old & KSW_WRITER)) {
		if (try_cmpxchg_acquire(lock, &old, KSW_WRITER))
			return true;
	}
	return false;
}

static void ksw_spin_read(LONG *lock)
{
	while (!ksw_try_read(lock))
		cpu_relax();
}

static void ksw_spin_write(LONG *lock)
{
	LONG old;

	while (!ksw_try_write(lock)) {
		old = READ_ONCE(*lock);
		/* no more readers */
		if (old >= 0 && old)
			cmpxchg(lock, old, old | KSW_WANTED);
		cpu_relax();
	}
}

/* Return false where it is not held so, which is reported. */
static bool ksw_unread(LONG *lock, const char *call, unsigned long ip)
{
	LONG old = READ_ONCE(*lock), readers;

	do {
		readers = old & KSW_WRITER;
		if (!readers || readers == KSW_WRITER) {
			ksw_report_at(KSW_BAD_ARGUMENT, call, ip, lock);
			return false;
		}
	} while (!try_cmpxchg_release(lock, &old, old - 1));
	return true;
}

static bool ksw_unwrite(LONG *lock, const char *call, unsigned long ip)
{
	LONG old = READ_ONCE(*lock);

	do {
		if ((old & KSW_WRITER) != KSW_WRITER) {
			ksw_report_at(KSW_BAD_ARGUMENT, call, ip, lock);
			return false;
		}
	} while (!try_cmpxchg_release(lock, &old, 0));
	return true;
}

static KIRQL ksw_raise_to_dispatch(void)
{
	KIRQL old = ksw_irql();

	if (old <= DISPATCH_LEVEL)
		local_bh_disable();
	return old;
}

static void ksw_lower_from_dispatch(KIRQL old)
{
	if (old <= DISPATCH_LEVEL)
		local_bh_enable();
}

/**
 * ExAcquireSpinLockShared - take a reader-writer spin lock, beside other readers
 * @SpinLock: a zero at first; not twice by a thread
 *
 * Context: Up to DISPATCH_LEVEL, at which the caller is until the release.
 * Return: the level before.
 */
KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock)
{
	KIRQL old = ksw_raise_to_dispatch();

	ksw_spin_read(SpinLock);
	return old;
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockShared);

/**
 * ExAcquireSpinLockExclusive - take a reader-writer spin lock alone
 * @SpinLock: as for ExAcquireSpinLockShared(); readers that come later wait
 *
 * Context: As ExAcquireSpinLockShared().
 * Return: the level before.
 */
KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
	KIRQL old = ksw_raise_to_dispatch();

	ksw_spin_write(SpinLock);
	return old;
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockExclusive);

/**
 * ExReleaseSpinLockShared - release it
 * @SpinLock: held shared, else it counts bad_argument and stays as it is
 * @OldIrql: what its acquisition returned
 *
 * Context: The holder's.
 */
VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
	if (ksw_unread(SpinLock, __func__, _RET_IP_))
		ksw_lower_from_dispatch(OldIrql);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockShared);

/**
 * ExReleaseSpinLockExclusive - release it
 * @SpinLock: held exclusively, else it counts bad_argument and stays as it is
 * @OldIrql: what its acquisition returned
 *
 * Context: The holder's.
 */
VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
	if (ksw_unwrite(SpinLock, __func__, _RET_IP_))
		ksw_lower_from_dispatch(OldIrql);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockExclusive);

/**
 * ExAcquireSpinLockSharedAtDpcLevel - take it at DISPATCH_LEVEL
 * @SpinLock: as for ExAcquireSpinLockShared()
 *
 * Context: DISPATCH_LEVEL.
 */
VOID ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	ksw_spin_read(SpinLock);
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockSharedAtDpcLevel);

/**
 * ExAcquireSpinLockExclusiveAtDpcLevel - take it alone at DISPATCH_LEVEL
 * @SpinLock: as for ExAcquireSpinLockExclusive()
 *
 * Context: DISPATCH_LEVEL.
 */
VOID ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	ksw_spin_write(SpinLock);
}
EXPORT_SYMBOL_GPL(ExAcquireSpinLockExclusiveAtDpcLevel);

/**
 * ExReleaseSpinLockSharedFromDpcLevel - release it, and stay at DISPATCH_LEVEL
 * @SpinLock: as for ExReleaseSpinLockShared()
 *
 * Context: The holder's.
 */
VOID ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	ksw_unread(SpinLock, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockSharedFromDpcLevel);

/**
 * ExReleaseSpinLockExclusiveFromDpcLevel - release it, and stay at DISPATCH_LEVEL
 * @SpinLock: as for ExReleaseSpinLockExclusive()
 *
 * Context: The holder's.
 */
VOID ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	ksw_unwrite(SpinLock, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseSpinLockExclusiveFromDpcLevel);

/**
 * ExTryConvertSharedSpinLockExclusive - have alone what one shares
 * @SpinLock: held shared
 *
 * Context: The holder's.
 * Return: TRUE; FALSE where another shares it, and it is still held shared.
 */
LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
	LONG old = READ_ONCE(*SpinLock);

	while ((old & KSW_WRITER) == 1) {
		if (try_cmpxchg_acquire(SpinLock, &old, KSW_WRITER))
			return TRUE;
	}
	return FALSE;
}
EXPORT_SYMBOL_GPL(ExTryConvertSharedSpinLockExclusive);

/**
 * ExTryAcquireSpinLockSharedAtDpcLevel - take it where that is possible at once
 * @SpinLock: as for ExAcquireSpinLockShared()
 *
 * Context: DISPATCH_LEVEL.
 * Return: TRUE where it is taken.
 */
LOGICAL ExTryAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	return ksw_try_read(SpinLock);
}
EXPORT_SYMBOL_GPL(ExTryAcquireSpinLockSharedAtDpcLevel);

/**
 * ExTryAcquireSpinLockExclusiveAtDpcLevel - take it alone where that is possible at once
 * @SpinLock: as for ExAcquireSpinLockExclusive()
 *
 * Context: DISPATCH_LEVEL.
 * Return: TRUE where it is taken.
 */
LOGICAL ExTryAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
	return ksw_try_write(SpinLock);
}
EXPORT_SYMBOL_GPL(ExTryAcquireSpinLockExclusiveAtDpcLevel);
