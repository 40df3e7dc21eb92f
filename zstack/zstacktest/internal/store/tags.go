package store

import (
	"slices"
	"time"
)

// TagFields maps the names that conditions have for the tags of a resource to the kinds of
// the records that hold them.
var TagFields = map[string]string{"__systemTag__": "SystemTag", "__userTag__": "UserTag"}

// AddTag puts a tag on a record.
func (s *Store) AddTag(kind string, r *Row, tag string, now time.Time) *Row {
	fields := map[string]any{"resourceUuid": r.Key, "resourceType": r.Kind.Name + "VO", "tag": tag}
	if kind == "SystemTag" {
		fields["inherent"] = false
	}
	return s.Insert(kind, now, fields)
}

// SetTags gives a record the tags of a kind in place of those that it has.
func (s *Store) SetTags(kind string, r *Row, tags []string, now time.Time) {
	for _, old := range slices.Clone(s.By(kind, "resourceUuid", r.Key)) {
		s.Remove(old)
	}
	for _, tag := range tags {
		s.AddTag(kind, r, tag, now)
	}
}

// TagsOf are the tags of a record.
func (s *Store) TagsOf(kind string, r *Row) []string {
	var tags []string
	for _, t := range s.By(kind, "resourceUuid", r.Key) {
		tags = append(tags, t.Str("tag"))
	}
	return tags
}
