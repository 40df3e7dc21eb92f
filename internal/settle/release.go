package settle

import (
	"slices"
	"strconv"
	"strings"
)

// What is surely an old release of ZStack Cloud lies between these, the second one
// excluded: the first release seen to refuse a job uuid that it has. No release before
// 4.5 does, and those in between have not been seen. Servers of 2026 call themselves
// 1.0.0 and do.
var firstThatAccepts, firstThatRefuses = []int{2}, []int{4, 7, 21}

// Forgets reports whether a server of a release surely does not refuse a job uuid that it
// has.
func Forgets(version string) bool {
	release := readRelease(version)
	return slices.Compare(release, firstThatAccepts) >= 0 && slices.Compare(release, firstThatRefuses) < 0
}

// readRelease reads the numbers at the start of a release such as "4.8.0-beta",
// or returns nil.
func readRelease(version string) (release []int) {
	for part := range strings.SplitSeq(version, ".") {
		digits := part
		if i := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
			digits = part[:i]
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			break
		}
		release = append(release, n)
		if digits != part {
			break
		}
	}
	return release
}
