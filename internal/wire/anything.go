package wire

import (
	stdjson "encoding/json"
	"math"
	"reflect"
	"strconv"
	"unsafe"
)

// any reads a value of no known type as encoding/json does, except that a whole number
// which float64 cannot hold exactly becomes an int64, or a json.Number where that is too
// small as well. A value whose class the schema names becomes one of its type.
func (r *reader) any(i int) (v any, end int) {
	if v, end, ok := r.named(i); ok {
		return v, end
	}
	switch c := r.byteAt(i); {
	case c == '{':
		object := map[string]any{}
		end = r.members(i, func(name string, i int) int {
			object[name], i = r.any(i)
			return i
		})
		return object, end
	case c == '[':
		list := []any{}
		end = r.elements(i, func(i int) int {
			v, i := r.any(i)
			list = append(list, v)
			return i
		})
		return list, end
	case c == '"':
		said, end := r.quoted(i)
		if end == failed {
			return nil, failed
		}
		return r.keeper.string(said), end
	case c == '-', c-'0' <= 9:
		text, end := r.number(i)
		if end == failed {
			return nil, failed
		}
		return numberOf(text), end
	case c == 't':
		return true, r.literal(i, "true")
	case c == 'f':
		return false, r.literal(i, "false")
	default:
		return nil, r.skip(i)
	}
}

// members reads an object, and calls each in front of the value of every member.
func (r *reader) members(i int, each func(name string, i int) int) int {
	r.steps = append(r.steps, step{n: keyed})
	here := len(r.steps) - 1
	i = r.parts(i, func(name []byte, _, i int) int {
		key := r.keeper.string(name)
		r.steps[here].key = key
		return each(key, i)
	})
	r.steps = r.steps[:here]
	return i
}

// elements reads a list, and calls each in front of every element.
func (r *reader) elements(i int, each func(i int) int) int {
	r.steps = append(r.steps, step{})
	here := len(r.steps) - 1
	i = r.parts(i, func(_ []byte, index, i int) int {
		r.steps[here].n = int32(index)
		return each(i)
	})
	r.steps = r.steps[:here]
	return i
}

// mapOf reads an object into a map, which keeps what the object does not have.
func (r *reader) mapOf(p *plan, at unsafe.Pointer, i int) int {
	m := reflect.NewAt(p.typ, at).Elem()
	if m.IsNil() {
		m.Set(reflect.MakeMap(p.typ))
	}
	if object, ok := m.Interface().(map[string]any); ok { // as most are
		return r.members(i, func(name string, i int) int {
			object[name], i = r.any(i)
			return i
		})
	}
	return r.members(i, func(name string, i int) int {
		key := reflect.ValueOf(name).Convert(p.typ.Key())
		element := reflect.New(p.elem.typ)
		if old := m.MapIndex(key); old.IsValid() {
			element.Elem().Set(old)
		}
		i = r.value(p.elem, element.UnsafePointer(), i)
		m.SetMapIndex(key, element.Elem())
		return i
	})
}

// exact is the largest n for which float64 holds every whole number up to n.
const exact = 1 << 53

func numberOf(text []byte) any {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return stdjson.Number(text)
	}
	if math.Abs(f) < exact {
		return f
	}
	n, err := ParseInt(text)
	switch {
	case err == nil && f < 1<<63 && int64(f) == n:
		return f
	case err == nil:
		return n
	case isWhole(text) && strconv.FormatFloat(f, 'f', 0, 64) != string(text):
		return stdjson.Number(text)
	default:
		return f
	}
}

// isWhole reports whether a number is written as digits alone.
func isWhole(text []byte) bool {
	for _, c := range text {
		if c != '-' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
