package zstacktest

import (
	"slices"
	"time"
)

// tagFields maps the names that conditions have for the tags of a resource to the kinds of
// the records that hold them.
var tagFields = map[string]string{"__systemTag__": "SystemTag", "__userTag__": "UserTag"}

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
