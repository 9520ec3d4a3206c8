import Foundation
import MusterCore
import Testing

@Suite struct NumberFormatTests {
    /// printf is the judge, over numbers of all sizes and over those that lie exactly between two texts.
    @Test(arguments: [".0e", ".3e", "e", ".0f", ".1f", ".3f", "f", "g", ".3g", ".12g", ".17g", "012.3f", "9.2e", ".1g"])
    func textsAreThoseOfPrintf(format: String) throws {
        var generator = SystemRandomNumberGenerator()
        var numbers: [Double] = [
            0, -0.0, 1, 0.5, 1.5, 2.5, 0.25, 0.125, 2.675, 9.5, 9.95, 99.5, 999999.5, 0.05, 0.005, 0.0001, 0.00001,
            1e21,
            1e-7, 123456789, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 0.1, 1e22, 1e23,
        ]
        for _ in 0..<300 {
            let any = Double(bitPattern: .random(in: 0...UInt64.max, using: &generator))
            if any.isFinite { numbers.append(any) }
            numbers.append(.random(in: -1000...1000, using: &generator))
        }
        let mine = try #require(NumberFormat(format))
        for number in numbers {
            #expect(mine.text(of: .double(number)) == String(format: "%\(format)", number), "\(format) of \(number)")
        }
    }

    @Test func wholeNumbersAndTexts() {
        #expect(NumberFormat("03d")?.text(of: 7) == "007")
        #expect(NumberFormat("d")?.text(of: .double(7)) == "7")
        #expect(NumberFormat("d")?.text(of: .double(7.5)) == nil)
        #expect(NumberFormat(".2f")?.text(of: "0.1") == "0.10")
        #expect(NumberFormat(".2f")?.text(of: "fast") == nil)
        #expect(NumberFormat("04d")?.text(of: -7) == "-007")
    }

    @Test(arguments: ["", "x", ".f", "3", "99999f", ".2d", "s", ".2ff", "-3f", ".99999g"])
    func otherFormatsAreRefused(text: String) { #expect(NumberFormat(text) == nil) }
}
