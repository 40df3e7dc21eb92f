package zstack

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// An arrival is a result that is read while the reply arrives, so that its JSON is not in
// memory as a whole. It is for calls that only read: what a change was answered with may
// have to be looked at again.
type arrival struct {
	into  reflect.Value // a struct, the caller's
	fresh reflect.Value // what was read, which is the caller's only when all is well
	code  *types.ErrorCode
	err   error // the decoder's
}

// newArrival is for the result of the call; nil where the reply has to be kept.
func (k *call) newArrival(result any) *arrival {
	if result == nil || !k.request.read || k.request.async || k.request.login || k.request.whole != nil || k.options.raw != nil || k.wantsCallback() {
		return nil
	}
	if _, ok := result.(*oneResult); ok {
		return nil
	}
	into := reflect.ValueOf(result).Elem()
	if into.Kind() != reflect.Struct {
		return nil
	}
	k.arrival.into = into
	return &k.arrival
}

// of returns the arrival that reads a reply; nil where the reply has to be kept.
func (a *arrival) of(resp *http.Response) *arrival {
	if a == nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return a
}

// windows are buffers for what arrives, each a *[]byte.
var windows = sync.Pool{New: func() any {
	window := make([]byte, wire.WindowSize)
	return &window
}}

// read reads a reply to its end, be it for the second time because the first one broke off.
// It returns what the reply begins with, unless it is a result. An error is the reader's.
func (a *arrival) read(decoder *wire.Decoder, from *wire.LimitedReader) (head []byte, err error) {
	a.fresh = reflect.New(a.into.Type()).Elem()
	a.code = nil
	window := windows.Get().(*[]byte)
	defer windows.Put(window)
	n, err := io.ReadFull(from, *window)
	begun, rest := (*window)[:n], io.Reader(from)
	if err != nil {
		rest = nil // there is no more, or no more to be had
	} else {
		head = bytes.Clone(begun)
	}
	a.err = schema.Read(decoder, begun, rest, a.fresh, schema.Suspicion{}, func(name string) any {
		if name == "error" {
			return &a.code
		}
		return nil
	})
	switch {
	case from.Err != nil:
		return nil, from.Err
	case a.isResult():
		return nil, nil
	case head == nil:
		head = bytes.Clone(begun)
	}
	return head, nil
}

// isResult reports whether the reply was a result, and has been read.
func (a *arrival) isResult() bool { return a.err == nil && a.code == nil }

// verdict returns the error in the reply, and why it is no reply of the server. What is
// wrong with the result itself is for deliver to say.
func (a *arrival) verdict() (*types.ErrorCode, error) {
	if a.isResult() || errors.Is(a.err, schema.ErrForgotten) {
		return a.code, nil
	}
	var fault *wire.FieldError
	if errors.As(a.err, &fault) && fault.Path != "" && fault.Path != "error" && !strings.HasPrefix(fault.Path, "error.") {
		return a.code, nil
	}
	return a.code, a.err
}

// deliver gives the caller the result.
func (a *arrival) deliver() error {
	if a.err != nil {
		return decodeError(a.err)
	}
	schema.StructOf(a.into.Type()).Move(a.into, a.fresh)
	return nil
}
