import CSSH

/// A libssh channel with one owner; keeps its session alive until the channel is freed.
struct ChannelHandle: ~Copyable {
    let raw: ssh_channel
    private let session: Session
    /// libssh keeps the address of this structure, so it has a place of its own.
    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>
    private let ending: UnsafeMutablePointer<ExecStatus?>

    init(on session: Session) throws(SSHError) {
        guard let raw = ssh_channel_new(session.handle.raw) else {
            throw session.failure("open a channel on", .channelFailed)
        }
        self.raw = raw
        self.session = session
        ending = .allocate(capacity: 1)
        ending.initialize(to: nil)
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = UnsafeMutableRawPointer(ending)
        callbacks.pointee.channel_exit_status_function = noteExitStatus
        callbacks.pointee.channel_exit_signal_function = noteExitSignal
        ssh_set_channel_callbacks(raw, callbacks)
    }

    deinit {
        // An answer may still come for a channel that is freed here but not closed there.
        ssh_remove_channel_callbacks(raw, callbacks)
        ssh_channel_free(raw)
        callbacks.deallocate()
        ending.deinitialize(count: 1)
        ending.deallocate()
    }

    /// How the command ended, once the server has told.
    var status: ExecStatus? { ending.pointee }
}

private let noteExitStatus:
    @Sendable @convention(c) (
        ssh_session?, ssh_channel?, CInt, UnsafeMutableRawPointer?
    ) -> Void = { _, _, status, ending in
        ending?.assumingMemoryBound(to: ExecStatus?.self).pointee = .exited(status)
    }

private let noteExitSignal:
    @Sendable @convention(c) (
        ssh_session?, ssh_channel?, UnsafePointer<CChar>?, CInt, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
        UnsafeMutableRawPointer?
    ) -> Void = { _, _, signal, _, _, _, ending in
        let name = signal.map { String(cString: $0) } ?? "unknown"
        ending?.assumingMemoryBound(to: ExecStatus?.self).pointee = .signalled(name)
    }
