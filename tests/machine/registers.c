/* User-mode Linux and processors that have more registers than it knows.
 *
 * Its kernel (6.1) has room for the registers of AVX, and the kernel under it takes a program's registers back only
 * whole: on a processor with AVX-512, protection keys or AMX its first program dies. Loaded before the C library
 * (LD_PRELOAD), this keeps the rest of them, by the place where the kernel keeps what it knows of. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum { WHOLE = 16384, PLACES = 4096, HEADER = 512, KNOWN = 7 }; /* x87, SSE, AVX */

struct whole {
    void *place;
    size_t length;
    unsigned char bytes[WHOLE];
};

static struct whole *kept[PLACES];

static struct whole *of(void *place) {
    size_t at = ((size_t)place >> 4) % PLACES;
    for (size_t n = 0; n < PLACES; n++, at = (at + 1) % PLACES) {
        if (!kept[at]) {
            kept[at] = calloc(1, sizeof(struct whole));
            if (!kept[at]) abort();
            kept[at]->place = place;
        }
        if (kept[at]->place == place) return kept[at];
    }
    abort();
}

typedef long call(enum __ptrace_request, ...);

static long whole_of(call *real, pid_t pid, struct whole *mine) {
    struct iovec all = {mine->bytes, WHOLE};
    long said = real(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &all);
    mine->length = said ? 0 : all.iov_len;
    return said;
}

long ptrace(enum __ptrace_request request, ...) {
    static call *real;
    va_list words;
    va_start(words, request);
    pid_t pid = va_arg(words, pid_t);
    void *address = va_arg(words, void *), *data = va_arg(words, void *);
    va_end(words);
    if (!real) real = (call *)dlsym(RTLD_NEXT, "ptrace");
    if ((request != PTRACE_GETREGSET && request != PTRACE_SETREGSET) || (size_t)address != NT_X86_XSTATE)
        return real(request, pid, address, data);

    struct iovec *known = data;
    struct whole *mine = of(known->iov_base);
    if (request == PTRACE_GETREGSET) {
        long said = whole_of(real, pid, mine);
        if (said) return said;
        if (known->iov_len > mine->length) known->iov_len = mine->length;
        memcpy(known->iov_base, mine->bytes, known->iov_len);
        return 0;
    }
    if (!mine->length && whole_of(real, pid, mine)) return -1;
    unsigned long before, now;
    memcpy(&before, mine->bytes + HEADER, sizeof before);
    memcpy(mine->bytes, known->iov_base, known->iov_len < mine->length ? known->iov_len : mine->length);
    memcpy(&now, mine->bytes + HEADER, sizeof now);
    now = (now & KNOWN) | (before & ~(unsigned long)KNOWN);
    memcpy(mine->bytes + HEADER, &now, sizeof now);
    struct iovec all = {mine->bytes, mine->length};
    return real(request, pid, NT_X86_XSTATE, &all);
}
