package prose

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// load returns a writer for the real catalogue.
func load(t *testing.T) (*catalog.Catalogue, *Writer) {
	t.Helper()
	c, err := catalog.Load()
	require.NoError(t, err)
	return c, New(c)
}

// goName is near enough to the generator's naming for the tests.
func goName(wire, set string) string {
	if set != "" {
		return set
	}
	name := strings.ToUpper(wire[:1]) + wire[1:]
	return strings.NewReplacer("Uuid", "UUID", "Url", "URL", "Cpu", "CPU").Replace(name)
}

var (
	link      = regexp.MustCompile(`\[[A-Za-z0-9.]+\]`)
	badVowel  = regexp.MustCompile(`\b[Aa] (a|e|i|o[^n]|ai|un[^i])[a-z]`)
	badLetter = regexp.MustCompile(`\b[Aa] (L2|L3|ECS|SNS|SDN|SSH|NFS|ISO|IP|IAM2|IPsec|LDAP|HTTP|XML|SNMP|SMS|SR|NVMe|MTU|OSS|OVF|AI)\b`)
	badAn     = regexp.MustCompile(`\b[Aa]n (VM|VPC|VIP|NIC|CPU|KVM|UUID|URL|user|unit|zone|host|volume|[bcdfgjklnpqrstvwz][a-z])`)
	doubled   = regexp.MustCompile(`\b(a|an|the|The) (a|an|the|of|from|in|is)\b|\b(of|in|from) (of|is)\b`)
)

// stutters says whether a string has the same word twice in a row.
func stutters(text string) bool {
	last := ""
	for word := range strings.FieldsSeq(text) {
		if word == last && len(word) > 1 && word[0] >= 'a' {
			return true
		}
		last = word
	}
	return false
}

// check holds what every text must keep.
func check(t *testing.T, name, text string, longest int) {
	t.Helper()
	var prose []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "\t") {
			continue
		}
		prose = append(prose, line)
	}
	plain := strings.Join(prose, "\n")
	assert.Truef(t, strings.HasPrefix(text, name+" "), "does not start with its name: %s", text)
	assert.Truef(t, strings.HasSuffix(text, "."), "does not end with a period: %s", text)
	assert.NotContains(t, plain, "  ")
	assert.NotContains(t, plain, " .")
	assert.NotContains(t, plain, "..")
	assert.NotContains(t, plain, "{it}")
	assert.NotContains(t, plain, "{ to do}")
	assert.NotContains(t, plain, "{one}")
	assert.NotContains(t, plain, "{chooser}")
	assert.NotRegexpf(t, badVowel, plain, "article before a vowel: %s", text)
	assert.NotRegexpf(t, badLetter, plain, "article before an acronym: %s", text)
	assert.NotRegexpf(t, badAn, plain, "article before a consonant: %s", text)
	assert.NotRegexpf(t, doubled, link.ReplaceAllString(plain, "x"), "two small words that do not go together: %s", text)
	assert.Falsef(t, stutters(plain), "a word twice: %s", text)
	assert.Lessf(t, len(text), longest, "too long: %s", text)
	for part := range strings.SplitSeq(plain, ". ") {
		first, _ := strings.CutPrefix(part, "\n")
		if first != "" && !strings.HasPrefix(first, "zstack.") {
			assert.NotRegexp(t, `^[a-z]`, first, text)
		}
	}

	// "Mode is the mode." says nothing.
	sentence, _, _ := strings.Cut(text, ".")
	about, rest, _ := strings.Cut(sentence, " ")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "is the "), "holds the ")
	assert.NotEqualf(t, strings.ToLower(about), strings.ToLower(strings.ReplaceAll(rest, " ", "")), "a tautology: %s", text)
}

func TestActions(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	for _, a := range c.Actions {
		check(t, a.Name, w.Action(a), 900)
	}
}

// valuesAllowance is by how much a string may be longer for each known value it lists.
const valuesAllowance = 30

func TestParams(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	for _, a := range c.Actions {
		for _, p := range a.Params {
			name := goName(p.Name, p.GoName)
			check(t, name, w.Param(a, p, name), 700+valuesAllowance*len(p.KnownValues))
		}
	}
}

// otherwise is how some kinds of resources are called where their own name would tell
// nobody what they are.
var otherwise = map[string]string{
	"MediaVO": "medium", "EmailMediaVO": "medium", "UsedIpVO": "address", "ResourceVO": "resource", "ThirdPartyAccountSourceVO": "single sign-on",
	"HostNetworkBondingVO": "NIC bond", "HostNetworkInterfaceVO": "NIC", "NkpVO": "native key provider", "KmsVO": "key management server",
}

// TestReferences: what a UUID is said to be of has a word of what the server says that it
// refers to.
func TestReferences(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	seen := 0
	for _, a := range c.Actions {
		if a.Behaviour == nil {
			continue
		}
		for _, p := range a.Params {
			meaning := a.Behaviour.Params[p.Name]
			if len(meaning.RefersTo) == 0 || meaning.By != "" {
				continue
			}
			seen++
			kind := meaning.RefersTo[0]
			thing := w.words.phrase(kind[:len(kind)-2])
			says := strings.ToLower(w.Meaning(a, p))
			named := false
			for word := range strings.FieldsSeq(strings.ToLower(thing.one + " " + thing.many)) {
				named = named || strings.Contains(says, word)
			}
			other, ok := otherwise[kind]
			named = named || ok && strings.Contains(says, strings.ToLower(other))
			assert.Truef(t, named, "%s.%s refers to a %s (%s): %s", a.Name, p.Name, kind, thing.one, says)
		}
	}
	assert.Greater(t, seen, 1000)
}

func TestMeanings(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	requirePlain := func(where, text string) {
		assert.Regexp(t, `^[A-Z].*\.$`, text, where)
		assert.NotRegexp(t, `\[[A-Za-z]+(\.[A-Za-z]+)?\]`, text, where)
		assert.NotRegexp(t, `\{(it|one|many| to do|chooser)\}|\.\.|  `, text, where)
	}
	for _, a := range c.Actions {
		requirePlain(a.Name, w.Summary(a))
		assert.NotContains(t, strings.TrimSuffix(w.Summary(a), "."), ". ", a.Name)
		for _, p := range a.Params {
			requirePlain(a.Name+"."+p.Name, w.Meaning(a, p))
		}
	}
	for _, ty := range c.Types {
		if !w.results[ty.Name] {
			requirePlain(ty.Name, w.TypeMeaning(ty))
		}
		for _, f := range ty.Fields {
			requirePlain(ty.Name+"."+f.Name, w.FieldMeaning(ty, f))
		}
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	users := make(map[string][]*catalog.Action)
	for _, a := range c.Actions {
		users[a.Result] = append(users[a.Result], a)
	}
	for _, ty := range c.Types {
		if by := users[ty.Name]; len(by) > 0 {
			check(t, ty.Name, w.Result(ty, by), 2000)
		} else {
			check(t, ty.Name, w.Type(ty), 400)
		}
		for _, f := range ty.Fields {
			name := goName(f.Name, f.GoName)
			check(t, name, w.Field(ty, f, name), 350+valuesAllowance*len(f.KnownValues))
		}
		for _, v := range ty.Values {
			name := ty.Name + v
			check(t, name, w.EnumValue(ty, v, name), 250)
		}
	}
}

func TestErrorCodes(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	for _, e := range c.Errors {
		name := goName(e.Prefix+e.Name, "")
		check(t, name, w.ErrorCode(e, name), 250)
		assert.Contains(t, w.errors, e.Code, "data/errors.txt lacks it")
	}
}

// Every link leads somewhere: to a type of the package types from outside of
// it, to an action or a result from the package actions.
func TestLinks(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	types := make(map[string]bool)
	for _, ty := range c.Types {
		types[ty.Name] = true
	}
	for _, a := range c.Actions {
		for _, l := range link.FindAllString(w.Action(a), -1) {
			name, isType := strings.CutPrefix(strings.Trim(l, "[]"), "types.")
			assert.Truef(t, types[name], "%s: %s", a.Name, l)
			assert.Equalf(t, !isType, w.results[name], "%s: %s", a.Name, l)
		}
	}
	for _, ty := range c.Types {
		if w.results[ty.Name] {
			continue
		}
		for _, l := range link.FindAllString(w.Type(ty), -1) {
			name := strings.Trim(l, "[]")
			assert.Truef(t, types[name] && !w.results[name], "%s: %s", ty.Name, l)
		}
	}
}

// What is written by hand is about something that there is.
func TestTables(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	actions := make(map[string]bool)
	params := make(map[string]bool)
	for _, a := range c.Actions {
		short := strings.TrimSuffix(a.Name, "Action")
		actions[short] = true
		for _, p := range a.Params {
			params[p.Name] = true
			params[short+"."+p.Name] = true
		}
	}
	for key, text := range w.sentences {
		assert.Truef(t, actions[key], "actions.txt: there is no action %s", key)
		assert.Regexp(t, `^[a-z].*\.$`, text)
	}
	for key, text := range w.params {
		if verb, name, ok := strings.Cut(key, "*."); ok {
			assert.Containsf(t, verbs, verb, "params.txt: %s", key)
			key = name
		}
		assert.Truef(t, params[key], "params.txt: there is no parameter %s", key)
		assert.Regexp(t, `^[a-z].*\.$`, text)
	}
	types := make(map[string]bool)
	fields := make(map[string]bool)
	for _, ty := range c.Types {
		types[ty.Name] = true
		for _, f := range ty.Fields {
			fields[f.Name] = true
			fields[ty.Name+"."+f.Name] = true
		}
	}
	for key, text := range w.typeSentences {
		assert.Truef(t, types[key], "types.txt: there is no type %s", key)
		assert.Regexp(t, `^[a-z].*\.$`, text)
	}
	for key := range w.typeNouns {
		assert.Truef(t, types[key], "nouns.txt: there is no type %s", key)
	}
	for key, text := range w.fields {
		assert.Truef(t, fields[key], "fields.txt: there is no field %s", key)
		assert.Regexpf(t, `^[a-z].*\.$`, text, "fields.txt: %s", key)
	}
}

func TestDeterministic(t *testing.T) {
	t.Parallel()
	c, one := load(t)
	_, two := load(t)
	for _, a := range c.Actions[:300] {
		require.Equal(t, one.Action(a), two.Action(a))
	}
}
