package wire

import (
	"bytes"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// A tokenizer takes a reply apart. It reads the data where it is.
type tokenizer struct {
	dec jsontext.Decoder
	buf bytes.Buffer
}

// tokenizers are reused: one takes several allocations, which is much for a small
// reply.
var tokenizers = sync.Pool{New: func() any { return new(tokenizer) }}

func newTokenizer(data []byte) *tokenizer {
	t := tokenizers.Get().(*tokenizer)
	t.buf = *bytes.NewBuffer(data)
	t.dec.Reset(&t.buf, lenient)
	return t
}

// free lets go of the data, which is not the tokenizer's own.
func (t *tokenizer) free() {
	t.buf = bytes.Buffer{}
	t.dec.Reset(&t.buf, lenient)
	tokenizers.Put(t)
}
