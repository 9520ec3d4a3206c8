// What libzmq may use of the system: Linux, glibc 2.28, CURVE by libsodium. It stands in for the file that
// libzmq's configure script writes; that would look at this machine and not at the oldest one to run on.
#ifndef PORTABLE_ZMQ_PLATFORM_HPP
#define PORTABLE_ZMQ_PLATFORM_HPP

#define ZMQ_HAVE_LINUX 1
#define ZMQ_IOTHREAD_POLLER_USE_EPOLL 1
#define ZMQ_IOTHREAD_POLLER_USE_EPOLL_CLOEXEC 1
#define ZMQ_POLL_BASED_ON_POLL 1
#define ZMQ_CACHELINE_SIZE 64
// The condition variables of C++11 would call pthread_cond_clockwait of glibc 2.30.
#define ZMQ_USE_CV_IMPL_PTHREADS 1

#define ZMQ_HAVE_CURVE 1
#define ZMQ_USE_LIBSODIUM 1
#define ZMQ_LIBSODIUM_RANDOMBYTES_CLOSE 1

#define ZMQ_HAVE_EVENTFD 1
#define ZMQ_HAVE_EVENTFD_CLOEXEC 1
#define ZMQ_HAVE_IFADDRS 1
#define ZMQ_HAVE_IPC 1
#define ZMQ_HAVE_STRUCT_SOCKADDR_UN 1
#define ZMQ_HAVE_O_CLOEXEC 1
#define ZMQ_HAVE_SOCK_CLOEXEC 1
#define ZMQ_HAVE_SO_BINDTODEVICE 1
#define ZMQ_HAVE_SO_KEEPALIVE 1
#define ZMQ_HAVE_SO_PEERCRED 1
#define ZMQ_HAVE_TCP_KEEPCNT 1
#define ZMQ_HAVE_TCP_KEEPIDLE 1
#define ZMQ_HAVE_TCP_KEEPINTVL 1
#define ZMQ_HAVE_PTHREAD_SETNAME_2 1
#define ZMQ_HAVE_PTHREAD_SET_AFFINITY 1
#define ZMQ_HAVE_UIO 1
#define ZMQ_HAVE_NOEXCEPT 1
#define HAVE_ACCEPT4 1
#define HAVE_CLOCK_GETTIME 1
#define HAVE_FORK 1
#define HAVE_MKDTEMP 1
#define HAVE_STRNLEN 1

#endif
