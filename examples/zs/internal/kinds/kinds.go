// Package kinds knows the kinds of resources that can be queried, by the words that people use
// for them, and finds resources by their names.
package kinds

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/zstack-go/zstack-go/actions/registry"
)

// A Kind is one kind of resources.
type Kind struct {
	Word      string // "vm-instance"
	Query     registry.Entry
	Inventory *registry.Inventory // of its rows; never nil
}

// short are words that people use instead of the names of the API.
var short = map[string]string{
	"vm": "vm-instance", "nic": "vm-nic", "l2": "l2-network", "l3": "l3-network", "network": "l3-network",
	"ps": "primary-storage", "bs": "backup-storage", "sg": "security-group", "lb": "load-balancer",
	"offering": "instance-offering", "snapshot": "volume-snapshot", "tag": "user-tag",
}

// byKey are the kinds by their words without dashes.
var byKey = sync.OnceValue(func() map[string]Kind {
	all := map[string]Kind{}
	for e := range registry.All() {
		name, isQuery := strings.CutPrefix(Short(e), "Query")
		if !isQuery || !e.Info().Query {
			continue
		}
		inventory, found := registry.LookupInventory(e.Describe().Row)
		if !found {
			inventory = &registry.Inventory{Name: e.Describe().Row}
		}
		all[strings.ToLower(name)] = Kind{Word: dashed(name), Query: e, Inventory: inventory}
	}
	return all
})

// dashed writes VmInstance as vm-instance, and L3Network as l3-network.
func dashed(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, c := range letters {
		if i > 0 && unicode.IsUpper(c) && (!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// All returns every kind, in the order of the words.
func All() []Kind {
	return slices.SortedFunc(maps.Values(byKey()), func(a, b Kind) int { return cmp.Compare(a.Word, b.Word) })
}

// Lookup finds a kind by its word, in the singular or the plural, with or without dashes, or by
// the name of its query or of its inventory.
func Lookup(word string) (Kind, bool) {
	key := strings.ToLower(word)
	for _, k := range []string{key, strings.TrimSuffix(key, "s")} {
		if long, found := short[k]; found {
			key = long
			break
		}
	}
	key = strings.NewReplacer("-", "", "_", "").Replace(key)
	for _, end := range []string{"action", "inventory", "vo"} {
		key = strings.TrimSuffix(key, end)
	}
	key = strings.TrimPrefix(key, "query")
	for _, k := range []string{key, strings.TrimSuffix(key, "s"), strings.TrimSuffix(key, "es"), strings.TrimSuffix(key, "ies") + "y"} {
		if found, ok := byKey()[k]; ok {
			return found, true
		}
	}
	return Kind{}, false
}

// Suggest returns words of kinds that may have been meant, a few at most: those that begin so, one
// that a short word with a letter too many stands for, and those with such names.
func Suggest(word string) []string {
	const enough = 3
	var words []string
	add := func(w string) {
		if len(words) < enough && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	key := strings.ToLower(word)
	for _, k := range All() {
		if strings.HasPrefix(k.Word, key) {
			add(k.Word)
		}
	}
	for _, alias := range slices.Sorted(maps.Keys(short)) {
		if strings.HasPrefix(key, alias) && len(key) <= len(alias)+1 {
			add(short[alias])
		}
	}
	for _, e := range registry.Suggest("Query" + word) {
		if kind, found := Lookup(e.Name()); found {
			add(kind.Word)
		}
	}
	return words
}

// OfResource finds the kind of a resource by what the server calls it ("VmInstanceVO"), as
// parameters say what they refer to.
func OfResource(resource string) (Kind, bool) {
	inventory, found := registry.LookupInventory(resource)
	if !found || len(inventory.Queries) == 0 {
		return Kind{}, false
	}
	return Lookup(inventory.Queries[0])
}

// HasName reports whether resources of the kind have a name that a condition can have.
func (k Kind) HasName() bool {
	return slices.ContainsFunc(k.Inventory.Fields, func(f registry.QueryField) bool { return f.Name == "name" })
}
