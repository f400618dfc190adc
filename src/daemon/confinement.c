/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of what is forbidden, and not of what is allowed: the libraries below us may call whatever
 * else the next version of them likes. The unit in contrib/systemd allows by lists, which an
 * administrator can change without a compiler. */
#include "confinement.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "muster/base/compiler.h"

/* What no role ever does. */
static const int never[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
#ifndef MUSTER_SANITIZED /* whose search for leaks looks into the process by it */
    SCMP_SYS(ptrace),
#endif
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(clock_settime),
    SCMP_SYS(settimeofday),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
};

/* One that is open could be turned round by connect(2), so it is not enough to make none. */
static const int calling_out[] = {SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen)};

static bool forbid_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (seccomp_rule_add(filter, action, calls[i], 0) != 0) {
            return false;
        }
    }
    return true;
}

/* Whether it holds now; the filter is released. */
static bool load(scmp_filter_ctx filter, bool made, struct error *err)
{
    const bool ok = made && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
                    seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ok || error_set(err, ERROR_UNAVAILABLE, "the kernel does not confine this role");
}

bool confinement_enter(struct error *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    return load(filter,
                filter != NULL &&
                    forbid_all(filter, SCMP_ACT_KILL_PROCESS, never, ARRAY_LENGTH(never)),
                err);
}

/* Holds for a call whose first argument is another. Not by libseccomp's macros, which leave a field
 * out. */
static struct scmp_arg_cmp first_is_not(scmp_datum_t value)
{
    return (struct scmp_arg_cmp){.arg = 0, .op = SCMP_CMP_NE, .datum_a = value, .datum_b = 0};
}

bool confinement_close(struct error *err)
{
    const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const bool made =
        filter != NULL && forbid_all(filter, refuse, calling_out, ARRAY_LENGTH(calling_out)) &&
        seccomp_rule_add(filter, refuse, SCMP_SYS(socket), 1, first_is_not(AF_UNIX)) == 0 &&
        seccomp_rule_add(filter, refuse, SCMP_SYS(kill), 1, first_is_not((scmp_datum_t)getpid())) ==
            0;
    return load(filter, made, err);
}
