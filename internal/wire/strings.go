package wire

import (
	"encoding/binary"
	"unsafe"
)

// A keeper makes the strings of one result. It copies their bytes into chunks, of
// which one allocation holds many, and gives strings that repeat the same string.
//
// To look for a string costs as much time as it saves, and a page of 10,000 VMs is
// 20 MB instead of 25 for it. Four times as many places to look save 2 % more.
//
// A chunk is never written to again where a string is, and never used for another
// result: the strings stay valid for ever. It is small, so that one string that
// is kept keeps little else.
type keeper struct {
	chunk  []byte
	budget int // how many bytes of text are yet to be read
	shares bool
	shared [sharedTexts]sharedText
	// recent are the strings that were last in each field of a struct; none where strings
	// are not shared.
	recent, fields []string
}

// A sharedText is a string that may come again. Its hash is looked at first: the
// bytes of a string that is another are far away.
type sharedText struct {
	hash uint64
	text string
}

const (
	chunkSize   = 4 << 10
	sharedTexts = 1 << 10
	// longestShared is how long a string may be that is looked for among others:
	// uuids and the names of states are, descriptions and paths are not worth it.
	longestShared = 48
	// leastSharing is how much text makes it worth the while.
	leastSharing = 8 << 10
	// mostRecent is of how many fields the last string is remembered.
	mostRecent = 8 << 10
)

// begin gets ready for a result from so much text.
func (k *keeper) begin(text int) {
	k.budget, k.shares = text, text >= leastSharing
	if n := int(min(stringFields.Load(), mostRecent)); k.shares && len(k.fields) < n {
		k.fields = make([]string, n)
	}
	if k.shares {
		k.recent = k.fields
	}
}

// end forgets the result's strings.
func (k *keeper) end() {
	k.chunk, k.recent = nil, nil
	if k.shares {
		clear(k.shared[:])
		clear(k.fields)
	}
}

// string returns a string with these bytes.
func (k *keeper) string(said []byte) string {
	if len(said) == 0 {
		return ""
	}
	if !k.shares || len(said) > longestShared {
		return k.copy(said)
	}
	h := hash(said)
	slot := &k.shared[h%sharedTexts]
	if slot.hash != h || slot.text != string(said) {
		slot.hash, slot.text = h, k.copy(said)
	}
	return slot.text
}

// copy returns a new string.
func (k *keeper) copy(said []byte) string {
	if len(said) > chunkSize/4 {
		return string(said)
	}
	if cap(k.chunk)-len(k.chunk) < len(said) {
		// About half of a reply is strings. A small one need not have a whole chunk.
		k.chunk = make([]byte, 0, max(min(k.budget/2, chunkSize), len(said)))
	}
	start := len(k.chunk)
	k.chunk = append(k.chunk, said...)
	k.budget -= len(said)
	return unsafe.String(&k.chunk[start], len(said))
}

// hash tells most strings apart, by their length and their two ends: a uuid is
// random everywhere, and names and paths differ at the end.
func hash(text []byte) uint64 {
	const odd1, odd2 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
	var a, b uint64
	switch n := len(text); {
	case n >= 8:
		a, b = binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:])
	case n >= 4:
		a, b = uint64(binary.LittleEndian.Uint32(text)), uint64(binary.LittleEndian.Uint32(text[n-4:]))
	default:
		a, b = uint64(text[0]), uint64(text[n-1])<<8|uint64(text[n/2])
	}
	h := (a^uint64(len(text)))*odd1 ^ b*odd2
	return (h ^ h>>29) * odd1 >> 20
}
