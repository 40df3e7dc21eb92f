package zstacktest

import (
	"slices"
)

// tagOperators maps the operators of conditions on tags to what one tag has to
// meet. Those that deny hold where no tag does.
var tagOperators = map[string]struct {
	op     string
	denies bool
}{
	"=": {"=", false}, "!=": {"=", true}, "~=": {"~=", false}, "!~=": {"~=", true}, "?=": {"?=", false}, "!?=": {"?=", true},
	"not null": {"not null", false}, "is null": {"not null", true},
}

// compareTags returns the test of a comparison with the tags of a kind.
func (m *matcher) compareTags(kind string, c comparison) (test, *apiError) {
	operator, ok := tagOperators[c.op]
	if !ok {
		return nil, failf(codeInvalidArgument, "%s cannot be compared by '%s', only by %v", c.field, c.op, sortedKeys(tagOperators))
	}
	holds := anything
	if c.op = operator.op; c.op != "not null" {
		tag, err := m.onValue(&fieldOfTags, c)
		if err != nil {
			return nil, err
		}
		holds = tag
	}
	return func(r *row) bool {
		has := slices.ContainsFunc(m.store.tagsOf(kind, r), func(tag string) bool { return holds(tag) })
		return has != operator.denies
	}, nil
}

var fieldOfTags = field{name: "tag", typ: typeList}
