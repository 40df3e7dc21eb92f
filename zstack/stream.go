package zstack

import (
	"errors"
	"io"
	"net/http"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// A stream decodes a result while it arrives, so that its JSON is never in memory
// as a whole. What is unusual needs the JSON: to say what is wrong with a value, or
// to read one again that the schema, which comes last, calls a subtype. And it
// takes longer than to decode what has been read. So it is for large pages of
// queries, which are asked for once more where it does not do.
type stream struct {
	result reflect.Value // a struct
	done   bool
}

// to is the call option that has the result of a call go to the stream. The call
// itself then has none.
func (s *stream) to(o *callConfig) error {
	o.stream = s
	return nil
}

// takes reports whether the stream reads a reply.
func (s *stream) takes(resp *http.Response) bool {
	return s != nil && resp.StatusCode == http.StatusOK
}

// read decodes a reply to its end, be it for the second time because the first one
// broke off. It returns what is left of the reply: an empty object, or nothing of
// one that may have been cut.
func (s *stream) read(c *Client, resp *http.Response) (rest []byte, err error) {
	s.result.SetZero()
	body := &wire.LimitedReader{From: resp.Body, Left: c.maxReply, TooLarge: errTooLarge}
	var failure *types.ErrorCode
	known := schema.StructOf(s.result.Type())
	watcher := schema.NewWatcher(s.result)
	described, changes := false, false
	err = c.decoder().Stream(body, func(name string) any {
		into := known.Target(s.result, name)
		switch {
		case name == "error":
			return &failure
		case into != nil:
			changes = changes || described // what the schema says of it came too early
			return into
		case name == "schema" && schema.Applies(s.result.Type()):
			described = true
			return func(path, class []byte) {
				changes = changes || watcher.Changes(path, class)
			}
		}
		return nil
	})
	switch {
	case body.Err != nil:
		return nil, body.Err
	case errors.Is(err, io.ErrUnexpectedEOF) && network.MayBeCut(resp):
		return nil, nil
	}
	s.done = err == nil && failure == nil && !changes
	return []byte("{}"), nil
}
