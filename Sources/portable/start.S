/* The first instructions of the program: what the C library's own Scrt1.o does, for a glibc of any age.
 *
 * The kernel enters _start with the argument count on top of the stack and, in %rdx, a function to run at exit
 * (System V ABI for x86-64, 3.4.1). glibc before 2.34 runs a program's constructors only through the function that
 * it gets as its fourth argument; newer ones run them themselves unless they get one. So one is always given.
 */
        .text
        .globl  _start
        .type   _start, @function
_start: .cfi_startproc
        .cfi_undefined rip
        xorl    %ebp, %ebp
        movq    %rdx, %r9
        popq    %rsi
        movq    %rsp, %rdx
        andq    $-16, %rsp
        pushq   %rax
        pushq   %rsp
        xorl    %r8d, %r8d
        leaq    run_constructors(%rip), %rcx
        movq    main@GOTPCREL(%rip), %rdi
        call    *__libc_start_main@GOTPCREL(%rip)
        hlt
        .cfi_endproc
        .size   _start, . - _start

/* void run_constructors(int count, char **arguments, char **environment) */
        .type   run_constructors, @function
run_constructors:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14            /* five registers and the return address: aligned for calls again */
        movl    %edi, %r12d
        movq    %rsi, %r13
        movq    %rdx, %r14
        call    _init@PLT
        leaq    __init_array_start(%rip), %rbx
        leaq    __init_array_end(%rip), %rbp
1:      cmpq    %rbp, %rbx
        jae     2f
        movl    %r12d, %edi
        movq    %r13, %rsi
        movq    %r14, %rdx
        call    *(%rbx)
        addq    $8, %rbx
        jmp     1b
2:      popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret
        .size   run_constructors, . - run_constructors
        .hidden __init_array_start
        .hidden __init_array_end

/* What old C libraries look for in a program: where its data begins, and which stdio it was compiled for. */
        .data
        .globl  data_start
        .weak   data_start
data_start:
        .long   0
        .section .rodata
        .globl  _IO_stdin_used
_IO_stdin_used:
        .long   0x20001

        .section .note.GNU-stack, "", @progbits
