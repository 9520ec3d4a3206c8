/// Binary morphology with squares. n steps of a 7x7 square are one of 6n + 1: a reach of 9 for three.
package enum Morphology {
    /// True where all pixels within `reach` in both directions are true; beyond the edge all is false.
    package static func erode(_ mask: Mask, by reach: Int) -> Mask {
        windowed(mask, reach) { count, window in count == window }
    }

    /// True where any pixel within `reach` in both directions is true.
    package static func dilate(_ mask: Mask, by reach: Int) -> Mask {
        windowed(mask, reach) { count, _ in count > 0 }
    }

    /// Rows, then columns: a square is the product of two lines. Each line keeps a running count of true pixels.
    private static func windowed(_ mask: Mask, _ reach: Int, _ keep: (Int, Int) -> Bool) -> Mask {
        guard reach > 0 else { return mask }
        let rows = lines(mask.bits, count: mask.height, length: mask.width, step: 1, stride: mask.width, reach, keep)
        let both = lines(rows, count: mask.width, length: mask.height, step: mask.width, stride: 1, reach, keep)
        return Mask(width: mask.width, height: mask.height, bits: both)
    }

    private static func lines(
        _ bits: [Bool], count: Int, length: Int, step: Int, stride: Int, _ reach: Int, _ keep: (Int, Int) -> Bool
    ) -> [Bool] {
        var out = [Bool](repeating: false, count: bits.count)
        let window = 2 * reach + 1
        for line in 0..<count {
            let start = line * stride
            var sum = 0
            for at in 0..<min(reach, length) where bits[start + at * step] { sum += 1 }
            for at in 0..<length {
                if at + reach < length, bits[start + (at + reach) * step] { sum += 1 }
                if at - reach - 1 >= 0, bits[start + (at - reach - 1) * step] { sum -= 1 }
                out[start + at * step] = keep(sum, window)
            }
        }
        return out
    }

    /// Makes true what can't be reached from the edge over false pixels that share a side.
    package static func fillHoles(_ mask: Mask) -> Mask {
        var outside = [Bool](repeating: false, count: mask.bits.count)
        var pending: [Int] = []
        func reach(_ at: Int) {
            guard !mask.bits[at], !outside[at] else { return }
            outside[at] = true
            pending.append(at)
        }
        for x in 0..<mask.width {
            reach(x)
            reach((mask.height - 1) * mask.width + x)
        }
        for y in 0..<mask.height {
            reach(y * mask.width)
            reach(y * mask.width + mask.width - 1)
        }
        while let at = pending.popLast() {
            let x = at % mask.width
            if x > 0 { reach(at - 1) }
            if x < mask.width - 1 { reach(at + 1) }
            if at >= mask.width { reach(at - mask.width) }
            if at < outside.count - mask.width { reach(at + mask.width) }
        }
        return Mask(width: mask.width, height: mask.height, bits: outside.map { !$0 })
    }
}
