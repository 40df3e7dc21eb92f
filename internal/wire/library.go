package wire

import (
	"errors"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// byLibrary has the JSON library read a value whose type no reply of the server has, or
// that reads itself. What it finds inside that the reader knows, the reader reads.
func (r *reader) byLibrary(p *plan, at unsafe.Pointer, i int) int {
	text, end := r.raw(i)
	if end == failed {
		return failed
	}
	options := r.decoder.lenient
	if r.strict {
		options = r.decoder.strict
	}
	err := json.Unmarshal(text, reflect.NewAt(p.typ, at).Interface(), options)
	if err == nil || r.fault != nil {
		return end
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic):
		return r.syntax(end-len(text), syntactic.Err)
	case errors.As(err, &semantic):
		r.wrong(reasonOf(semantic))
		r.fault.Path = Join(r.fault.Path, pathOf(string(semantic.JSONPointer)))
	default:
		r.wrong(err)
	}
	return end
}

// reasonOf is why the library could not read a value, without the value.
func reasonOf(e *json.SemanticError) error {
	var number *strconv.NumError
	switch {
	case e.Err == nil && e.GoType == nil:
		return errors.New(kindName(byte(e.JSONKind)) + " of the wrong kind")
	case e.Err == nil:
		return mismatch(byte(e.JSONKind), e.GoType)
	case errors.As(e.Err, &number):
		return number.Err
	}
	return e.Err
}

// options are how the library reads text that has been found to be JSON.
func (d *Decoder) options(strict bool) json.Options {
	reads := json.WithUnmarshalers(json.JoinUnmarshalers(
		readBy[int64](d), readBy[int32](d), readBy[int](d), readBy[float64](d), readBy[float32](d), readBy[bool](d), readBy[time.Time](d), readBy[any](d),
	))
	return json.JoinOptions(reads, jsontext.AllowDuplicateNames(!strict), jsontext.AllowInvalidUTF8(!strict), json.RejectUnknownMembers(strict))
}

// readBy has the library leave values of a type to the decoder.
func readBy[T any](d *Decoder) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *T) error {
		text, err := dec.ReadValue()
		if err != nil {
			return err
		}
		err = d.Decode(text, v)
		var fault *FieldError
		if errors.As(err, &fault) {
			return fault.Err
		}
		return err
	})
}
