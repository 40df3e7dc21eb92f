package queries

import (
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
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
func (m *Matcher) compareTags(kind string, c Comparison) (test, *apierr.Error) {
	operator, ok := tagOperators[c.Op]
	if !ok {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "%s cannot be compared by '%s', only by %v", c.Field, c.Op, javajson.SortedKeys(tagOperators))
	}
	holds := anything
	if c.Op = operator.op; c.Op != "not null" {
		tag, err := m.onValue(&fieldOfTags, c)
		if err != nil {
			return nil, err
		}
		holds = tag
	}
	return func(r *store.Row) bool {
		has := slices.ContainsFunc(m.Store.TagsOf(kind, r), func(tag string) bool { return holds(tag) })
		return has != operator.denies
	}, nil
}

var fieldOfTags = store.Field{Name: "tag", Typ: store.TypeList}
