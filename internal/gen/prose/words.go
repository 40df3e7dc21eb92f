package prose

import (
	_ "embed"
	"strings"
	"unicode"
)

//go:embed data/words.txt
var wordsText string

// An entry is what one key of data/words.txt means.
type entry struct {
	one, many string
	owner     bool // it has properties of its own
	plural    bool // the key is a plural
	mass      bool // it takes neither a plural nor an article
}

// A lexicon reads CamelCase names as English.
type lexicon struct {
	entries map[string]entry
	longest int
}

func newLexicon(text string) *lexicon {
	l := &lexicon{entries: make(map[string]entry)}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, english, ok := strings.Cut(line, " = ")
		if !ok {
			panic("prose: data/words.txt: bad line: " + line)
		}
		var e entry
		if key[0] == '*' {
			key, e.owner = key[1:], true
		}
		if key[0] == '~' {
			key, e.mass = key[1:], true
		}
		if key[0] == '+' {
			key, e.plural = key[1:], true
		}
		one, many, ok := strings.Cut(english, " | ")
		if !ok {
			many = plural(one)
		}
		if e.mass || e.plural {
			many = one
		}
		e.one, e.many = one, many
		l.entries[key] = e
		l.longest = max(l.longest, len(key))
	}
	return l
}

// A token is one unit of a name: an entry of the lexicon or a plain word.
type token struct {
	key    string // as it stands in the name
	one    string
	many   string
	plural bool // the name has the plural
	owner  bool
	mass   bool
}

func (t token) String() string {
	if t.plural {
		return t.many
	}
	return t.one
}

// tokens splits a name. The first letter may be lower-case.
func (l *lexicon) tokens(name string) []token {
	if name == "" {
		return nil
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	var out []token
	for name != "" {
		t, n := l.next(name)
		out = append(out, t)
		name = strings.TrimLeft(name[n:], "_-.")
	}
	return out
}

// next takes the first token off name, and says how many bytes it took.
func (l *lexicon) next(name string) (token, int) {
	for n := min(len(name), l.longest+3); n > 0; n-- {
		if !boundary(name, n) {
			continue
		}
		key := name[:n]
		if e, ok := l.entries[key]; ok {
			return token{key: key, one: e.one, many: e.many, plural: e.plural, owner: e.owner, mass: e.mass}, n
		}
		for _, one := range singulars(key) {
			if e, ok := l.entries[one]; ok {
				return token{key: key, one: e.one, many: e.many, plural: true, owner: e.owner, mass: e.mass}, n
			}
		}
	}
	n := wordEnd(name)
	word := name[:n]
	low := word
	if n < 2 || !unicode.IsUpper(rune(word[1])) {
		low = strings.ToLower(word)
	}
	if one, ok := singular(low); ok && !notPlural[low] {
		return token{key: word, one: one, many: low, plural: true}, n
	}
	return token{key: word, one: low, many: plural(low)}, n
}

// boundary says whether a word of name can end at n.
func boundary(name string, n int) bool {
	if n == len(name) {
		return true
	}
	c, before := name[n], name[n-1]
	if c >= 'a' && c <= 'z' {
		return false
	}
	if isDigit(c) && isDigit(before) {
		return false
	}
	// ID in IDENTITY is not a word.
	if isUpper(c) && isUpper(before) && n+1 < len(name) && isUpper(name[n+1]) {
		return false
	}
	if isUpper(c) && isUpper(before) && n+1 == len(name) {
		return false
	}
	return true
}

// wordEnd is where the first plain word of name ends.
func wordEnd(name string) int {
	n := 1
	if n < len(name) && isUpper(name[0]) && isUpper(name[n]) {
		for n < len(name) && isUpper(name[n]) && !(n+1 < len(name) && isLower(name[n+1])) {
			n++
		}
		return n
	}
	for n < len(name) && (isLower(name[n]) || isDigit(name[n])) {
		n++
	}
	return n
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// phrase reads a whole name as one noun phrase.
func (l *lexicon) phrase(name string) noun { return join(l.tokens(name)) }

// join makes a noun phrase of tokens: the last one is its head, the others
// stand before it in the singular.
func join(ts []token) noun {
	if len(ts) == 0 {
		return noun{one: "resource", many: "resources"}
	}
	head := ts[len(ts)-1]
	// "The mode of an LLDP state of a physical NIC" has its words the other way
	// round than the name.
	for i := len(ts) - 2; i >= 0; i-- {
		if strings.Contains(ts[i].one, " of ") {
			n, of := join(ts[i+1:]), join(ts[:i+1])
			of.plural = false
			return noun{one: n.one + " of " + of.a(), many: n.many + " of " + of.many, plural: n.plural, mass: n.mass}
		}
	}
	var before strings.Builder
	for _, t := range ts[:len(ts)-1] {
		before.WriteString(t.one)
		before.WriteByte(' ')
	}
	pre := before.String()
	return noun{one: pre + head.one, many: pre + head.many, plural: head.plural, mass: head.mass}
}
