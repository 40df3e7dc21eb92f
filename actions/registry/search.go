package registry

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Search finds actions by words in their names and summaries, the best first: those that
// have all of the words, or where none has all, those with the most of them. A word also
// finds longer ones that begin with it. Case, the order of the words, and small words such
// as "of" do not matter.
func Search(words string) []Entry {
	entries, _ := search(words)
	return entries
}

// search is Search, and reports whether what it found has all of the words.
func search(words string) (entries []Entry, all bool) {
	wanted := split(words)
	if telling := slices.DeleteFunc(slices.Clone(wanted), isSmall); len(telling) > 0 {
		wanted = telling
	}
	type match struct {
		Entry
		words, score int
	}
	var matches []match
	most := 1
	for e := range All() {
		m := match{Entry: e}
		short := strings.TrimSuffix(e.name, "Action")
		name, summary, whole := split(short), split(e.summary), strings.ToLower(short)
		for _, word := range wanted {
			score := max(2*found(word, name), found(word, summary))
			if score == 0 && strings.Contains(whole, word) {
				score = 1
			}
			if score > 0 {
				m.words, m.score = m.words+1, m.score+score
			}
		}
		if most = max(most, m.words); m.words == most {
			matches = append(matches, m)
		}
	}
	matches = slices.DeleteFunc(matches, func(m match) bool { return m.words < most })
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(a.name), len(b.name)))
	})
	entries = make([]Entry, len(matches))
	for i, m := range matches {
		entries[i] = m.Entry
	}
	return entries, most == len(wanted)
}

// found says how well one of some words is the word that is wanted: 2 for the same, 1 for
// its beginning, 0 for none.
func found(wanted string, words []string) int {
	best := 0
	for _, word := range words {
		switch {
		case strings.TrimSuffix(word, "s") == strings.TrimSuffix(wanted, "s"):
			return 2
		case strings.HasPrefix(word, wanted):
			best = 1
		}
	}
	return best
}

// isSmall reports whether a word says nothing about an action.
func isSmall(word string) bool {
	switch word {
	case "a", "an", "the", "of", "to", "in", "on", "for", "from", "by", "and", "or", "with", "all", "my", "how", "i", "do":
		return true
	}
	return false
}

// split takes the words of a sentence or a name such as "VmInstance", in small letters.
func split(s string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words, word = append(words, strings.ToLower(string(word))), nil
		}
	}
	runes := []rune(s)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		// A capital begins a word after a small letter, and before one: "VmNic", "IAM2Role".
		// The s of "VMs" begins none.
		before := i > 0 && !unicode.IsUpper(runes[i-1])
		after := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if after && runes[i+1] == 's' && (i+2 == len(runes) || !unicode.IsLetter(runes[i+2])) {
			after = false
		}
		if unicode.IsUpper(r) && (before || after) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return words
}

// Suggest returns a few actions that somebody may have meant by a name that [Lookup] does
// not know, the likeliest first: those that have the words of the name, those whose names
// differ in few letters, and those that have some of the words. There can be none.
func Suggest(name string) []Entry {
	const few = 5
	name = strings.TrimSuffix(name, "Action")
	type near struct {
		Entry
		distance int
	}
	var list []near
	limit := max(1, len(name)/4)
	for e := range All() {
		other := strings.TrimSuffix(e.name, "Action")
		if d := len(other) - len(name); d > limit || -d > limit {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(other)); d <= limit {
			list = append(list, near{e, d})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(a.distance, b.distance) })
	byLetters := make([]Entry, len(list))
	for i, n := range list {
		byLetters[i] = n.Entry
	}
	byWords, all := search(name)
	likely := append(byLetters, byWords...)
	if all {
		likely = append(byWords, byLetters...)
	}
	var entries []Entry
	for _, e := range likely {
		if len(entries) < few && !slices.ContainsFunc(entries, func(other Entry) bool { return other.name == e.name }) {
			entries = append(entries, e)
		}
	}
	return entries
}

// distance is how many letters have to be added, left out or replaced to make one string of
// another.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
