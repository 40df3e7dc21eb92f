package wire

import (
	"errors"
	"strconv"
	"strings"
)

// A step leads from a value to one inside it: a member of a struct, of a map under its
// key, or an element of a list.
type step struct {
	plan *plan  // of the struct or the list; nil for a map, or a list of no known type
	key  string // of a map, or a member that a struct does not have
	n    int32  // which field, or element
}

const (
	// unknown stands for the number of a field that a struct does not have.
	unknown = -1
	// keyed stands for the number of an element where there is a key.
	keyed = -2
)

var errUnknown = errors.New("unknown object member name")

// appendTo appends the step to a path as the server's schema writes it.
func (s *step) appendTo(path []byte) []byte {
	name := s.key
	switch {
	case s.plan != nil && s.plan.kind == asStruct && s.n >= 0:
		name = s.plan.fields[s.n].name()
	case s.n >= 0:
		path = append(path, '[')
		path = strconv.AppendInt(path, int64(s.n), 10)
		return append(path, ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}

// place appends the path to the value that is read.
func (r *reader) place(path []byte) []byte {
	path = append(path, r.prefix...)
	for i := range r.steps {
		path = r.steps[i].appendTo(path)
	}
	return path
}

// path is the path to the value that is read, for people. It is cut where it is too long to
// read: the value is nested without end, or has names that are no names.
func (r *reader) path() string { return shown(r.prefix, r.steps) }

func shown(prefix string, steps []step) string {
	const most = 200
	path := []byte(prefix)
	for i := range steps {
		before := len(path)
		if path = steps[i].appendTo(path); len(path) > most {
			return string(path[:before]) + "..."
		}
	}
	return string(path)
}

// pathOf turns a JSON pointer, in which the library says where an error is, into a path.
func pathOf(pointer string) string {
	var steps []step
	for _, name := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		s := step{key: strings.NewReplacer("~1", "/", "~0", "~").Replace(name), n: keyed}
		if n, err := strconv.ParseInt(name, 10, 32); err == nil && strconv.FormatInt(n, 10) == name && n >= 0 {
			s.n = int32(n)
		}
		steps = append(steps, s)
	}
	return shown("", steps)
}
