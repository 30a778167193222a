// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings: the module's parameters, and the static keys under them
 *
 * While somebody watches (the verifier, latencies, a tracepoint), ksw_watched is
 * on, and no call takes its fast path.
 */

#include "internal.h"
#include "trace.h"

DEFINE_STATIC_KEY_FALSE(ksw_verify);
DEFINE_STATIC_KEY_FALSE(ksw_measure);
DEFINE_STATIC_KEY_FALSE(ksw_watched);
unsigned int ksw_verifier;
bool ksw_realtime;

void ksw_watch(struct static_key_false *key, bool on)
{
	static DEFINE_MUTEX(mutex);

	mutex_lock(&mutex);
	if (on && !static_key_enabled(key)) {
		static_branch_enable(key);
		static_branch_inc(&ksw_watched);
	} else if (!on && static_key_enabled(key)) {
		static_branch_dec(&ksw_watched);
		static_branch_disable(key);
	}
	mutex_unlock(&mutex);
}

/* A tracepoint on the fast paths is enabled or disabled. */
int ksw_trace_on(void)
{
	static_branch_inc(&ksw_watched);
	return 0;
}

void ksw_trace_off(void)
{
	static_branch_dec(&ksw_watched);
}

static int ksw_set_verifier(const char *val, const struct kernel_param *kp)
{
	unsigned int verifier;
	int err = kstrtouint(val, 0, &verifier);

	if (err)
		return err;
	if (verifier > 2)
		return -EINVAL;
	/* set before ksw_init() if given when loading; that makes the shadows */
	if (verifier && ksw_reaper) {
		err = ksw_shadows_init();
		if (err)
			return err;
	}
	WRITE_ONCE(ksw_verifier, verifier);
	ksw_watch(&ksw_verify, verifier);
	return 0;
}

static const struct kernel_param_ops ksw_verifier_ops = {
	.set = ksw_set_verifier,
	.get = param_get_uint,
};
module_param_cb(verifier, &ksw_verifier_ops, &ksw_verifier, 0644);
MODULE_PARM_DESC(verifier, "0: count and print violations; 1: check more, with a stack trace; 2: panic");

static int ksw_set_latencies(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val, &on);

	if (err)
		return err;
	ksw_watch(&ksw_measure, on);
	return 0;
}

static int ksw_get_latencies(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%d\n", static_key_enabled(&ksw_measure));
}

static const struct kernel_param_ops ksw_latencies_ops = {
	.set = ksw_set_latencies,
	.get = ksw_get_latencies,
};
module_param_cb(latencies, &ksw_latencies_ops, NULL, 0644);
MODULE_PARM_DESC(latencies, "1: measure how long items wait and run, as debugfs' latencies does");

module_param_named(realtime, ksw_realtime, bool, 0644);
MODULE_PARM_DESC(realtime, "1: workers of RealTimeWorkQueue and above have SCHED_FIFO threads");
