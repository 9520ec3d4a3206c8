import MusterProvenance
import Testing

/// The thirteen moves, as they are documented.
private let moves: [(ExecutionStatus, ExecutionStatus)] = [
    (.created, .running), (.running, .stopped), (.stopped, .pendingUpload), (.pendingUpload, .uploaded),
    (.running, .pendingUpload), (.running, .failed), (.pendingUpload, .failed), (.failed, .pendingUpload),
    (.uploaded, .pendingUpload), (.created, .aborted), (.running, .aborted), (.stopped, .aborted),
    (.failed, .aborted),
]

@Suite struct StatusTests {
    @Test func allPairsAreAllowedOrRefusedAsDocumented() {
        var allowed = 0
        for from in ExecutionStatus.allCases {
            for to in ExecutionStatus.allCases {
                if moves.contains(where: { $0 == (from, to) }) {
                    allowed += 1
                    #expect(throws: Never.self) { try from.moved(to: to) }
                } else {
                    #expect(throws: MoveRefused(from: from, to: to)) { try from.moved(to: to) }
                }
            }
        }
        #expect(allowed == 13)
    }

    @Test func aRefusalNamesWhatIsAllowed() {
        #expect(
            MoveRefused(from: .stopped, to: .uploaded).description
                == "an execution that is Stopped can't become Uploaded: it may become Aborted or Pending_Upload")
        #expect(
            MoveRefused(from: .aborted, to: .running).description
                == "an execution that is Aborted can't become Running: this is where it ends")
        #expect(MoveRefused(from: .running, to: .running).description.contains("progress"))
        #expect(MoveRefused(from: .uploaded, to: .failed).description.hasSuffix("it may become Pending_Upload"))
    }

    @Test func everyPairOfLocalAndCatalogIsDecided() {
        let adopted: [(ExecutionStatus, ExecutionStatus)] = [
            (.running, .aborted), (.pendingUpload, .uploaded), (.running, .failed),
        ]
        let pushed: [(ExecutionStatus, ExecutionStatus)] = [
            (.stopped, .running), (.failed, .running), (.uploaded, .pendingUpload), (.uploaded, .running),
            (.aborted, .running),
        ]
        for local in ExecutionStatus.allCases {
            for catalog in ExecutionStatus.allCases {
                let found = Reconcile.decide(local: local, catalog: .status(catalog.rawValue, error: "E: x"))
                if local == catalog {
                    #expect(found == .nothing)
                } else if adopted.contains(where: { $0 == (local, catalog) }) {
                    #expect(found == .adopt(catalog, error: "E: x"))
                } else if pushed.contains(where: { $0 == (local, catalog) }) {
                    #expect(found == .push(local))
                } else {
                    guard case .problem(let text) = found else {
                        Issue.record("\(local), \(catalog): \(found)")
                        continue
                    }
                    #expect(text.contains(local.rawValue) && text.contains(catalog.rawValue))
                }
                #expect(
                    Reconcile.decide(local: local, catalog: .status(catalog.rawValue), isPending: true) == .nothing)
            }
            #expect(Reconcile.decide(local: local, catalog: .unreachable) == .nothing)
            guard case .problem = Reconcile.decide(local: local, catalog: .missing),
                case .problem = Reconcile.decide(local: local, catalog: .status("Pending"))
            else {
                Issue.record("\(local): a missing row and an unknown word are for people")
                continue
            }
        }
    }

    @Test func whatWaitedIsPushedUnlessSomebodyChangedTheCatalogMeanwhile() {
        // Never written: the catalog gets it.
        #expect(Reconcile.flush(local: .created, base: nil, catalog: .missing) == .push(.created))
        // Written once and gone: a person must look.
        #expect(Reconcile.flush(local: .stopped, base: .running, catalog: .missing) != .push(.stopped))
        // As it was left: any local status is pushed, also one that the table alone would not.
        #expect(
            Reconcile.flush(local: .pendingUpload, base: .running, catalog: .status("Running")) == .push(.pendingUpload)
        )
        #expect(Reconcile.flush(local: .uploaded, base: .created, catalog: .status("Created")) == .push(.uploaded))
        // Told already, and the answer was lost.
        #expect(Reconcile.flush(local: .stopped, base: .running, catalog: .status("Stopped")) == .nothing)
        // Aborted elsewhere meanwhile: both sides go to a person, but a running one is adopted.
        #expect(
            Reconcile.flush(local: .running, base: .created, catalog: .status("Aborted"))
                == .adopt(.aborted, error: nil))
        guard case .problem = Reconcile.flush(local: .stopped, base: .running, catalog: .status("Aborted")) else {
            Issue.record("a person must decide")
            return
        }
        #expect(Reconcile.flush(local: .stopped, base: .running, catalog: .unreachable) == .nothing)
    }
}
