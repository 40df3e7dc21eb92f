package zstacktest

import (
	"slices"
	"time"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
)

// tagFields maps the names that conditions have for the tags of a resource to the kinds of
// the records that hold them.
var tagFields = map[string]string{"__systemTag__": "SystemTag", "__userTag__": "UserTag"}

// tagParams maps the parameters that give a new resource its tags to those kinds.
var tagParams = map[string]string{"systemTags": "SystemTag", "userTags": "UserTag"}

func tagAPIs() []*api {
	return []*api{
		on("CreateUserTag", createTag("UserTag")),
		on("CreateSystemTag", createTag("SystemTag")),
		on("UpdateSystemTag", updateTag),
		on("DeleteTag", deleteTag),
	}
}

// tags returns the tags that come with a call that creates a resource.
func (c *call) tags() (map[string][]string, *apiError) {
	tags := make(map[string][]string)
	for param, kind := range tagParams {
		raw := c.raw[param]
		if raw == nil {
			continue
		}
		list, ok := toList(raw)
		if !ok {
			return nil, failf(codeInvalidArgument, "field[%s] of message[%s] has an invalid value[%v]", param, c.api.name, raw)
		}
		tags[kind] = list.([]string)
	}
	for _, tag := range tags["SystemTag"] {
		if !calls.IsSystemTag(tag) {
			return nil, failf(codeInvalidArgument, "no system tag matches %s", tag)
		}
	}
	return tags, nil
}

// addTag puts a tag on a record.
func (s *store) addTag(kind string, r *row, tag string, now time.Time) *row {
	fields := map[string]any{"resourceUuid": r.key, "resourceType": r.kind.name + "VO", "tag": tag}
	if kind == "SystemTag" {
		fields["inherent"] = false
	}
	return s.insert(kind, now, fields)
}

// setTags gives a record the tags of a kind in place of those that it has.
func (s *store) setTags(kind string, r *row, tags []string, now time.Time) {
	for _, old := range slices.Clone(s.by(kind, "resourceUuid", r.key)) {
		s.remove(old)
	}
	for _, tag := range tags {
		s.addTag(kind, r, tag, now)
	}
}

// tagsOf are the tags of a record.
func (s *store) tagsOf(kind string, r *row) []string {
	var tags []string
	for _, t := range s.by(kind, "resourceUuid", r.key) {
		tags = append(tags, t.str("tag"))
	}
	return tags
}

// createTag returns a handler that puts a tag on what a call names.
func createTag(kind string) handler {
	return func(c *call) (*object, *apiError) {
		k := kindNamed(c.str("resourceType"))
		if k == nil {
			return nil, failf(codeInvalidArgument, "no resource type[%s] found in tag system", c.str("resourceType"))
		}
		if kind == "SystemTag" && !calls.IsSystemTag(c.str("tag")) {
			return nil, failf(codeInvalidArgument, "no system tag matches[%s] for resourceType[%s]", c.str("tag"), c.str("resourceType"))
		}
		r := c.store().get(k.name, c.str("resourceUuid"))
		if r == nil {
			return nil, failf(codeNotFound, "invalid field[resourceUuid], resource[uuid:%s, type:%s] not found", c.str("resourceUuid"), c.str("resourceType"))
		}
		return c.answer(c.store().addTag(kind, r, c.str("tag"), c.now))
	}
}

func updateTag(c *call) (*object, *apiError) {
	return c.change(c.row("uuid"), c.given("tag"))
}

// deleteTag deletes a tag of whichever kind.
func deleteTag(c *call) (*object, *apiError) {
	for _, kind := range tagFields {
		if r := c.store().get(kind, c.str("uuid")); r != nil {
			c.node.remove(r, c.now)
			return nil, nil
		}
	}
	if !c.node.gone[c.str("uuid")] {
		return nil, failf(codeNotFound, "invalid field[uuid], resource[uuid:%s, type:TagVO] not found", c.str("uuid"))
	}
	return nil, nil
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
