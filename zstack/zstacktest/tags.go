package zstacktest

import "slices"

// tagFields maps the names that conditions have for the tags of a resource to the
// fields of a record that hold them. They are the node's own: a reply never shows
// them.
var tagFields = map[string]string{"__systemTag__": "@systemTags", "__userTag__": "@userTags"}

// tagParams maps the parameters that give a new resource its tags to those fields.
var tagParams = map[string]string{"systemTags": "@systemTags", "userTags": "@userTags"}

// tags returns the tags that come with a call that creates a resource.
func (c *call) tags() (map[string]any, *apiError) {
	fields := make(map[string]any)
	for param, field := range tagParams {
		raw := c.raw[param]
		if raw == nil {
			continue
		}
		list, ok := toList(raw)
		if !ok {
			return nil, failf(codeInvalidArgument, "field[%s] of message[%s] has an invalid value[%v]", param, c.api.name, raw)
		}
		fields[field] = list
	}
	return fields, nil
}

// tagOperators maps the operators of conditions on tags to what one tag has to
// meet. Those that deny hold where no tag does.
var tagOperators = map[string]struct {
	op     string
	denies bool
}{
	"=": {"=", false}, "!=": {"=", true}, "~=": {"~=", false}, "!~=": {"~=", true}, "?=": {"?=", false}, "!?=": {"?=", true},
	"not null": {"not null", false}, "is null": {"not null", true},
}

// compareTags returns the test of a comparison with the tags that a field holds.
func (m *matcher) compareTags(field string, c comparison) (test, *apiError) {
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
		has := slices.ContainsFunc(r.list(field), func(tag string) bool { return holds(tag) })
		return has != operator.denies
	}, nil
}

var fieldOfTags = field{name: "tag", typ: typeList}
