package store

import (
	"crypto/rand"
	"encoding/hex"
	mathrand "math/rand/v2"
)

// A Random makes UUIDs: the same ones each time where it has a seed.
type Random struct {
	dice *mathrand.ChaCha8 // nil without a seed
}

func NewRandom(seed *uint64) *Random {
	if seed == nil {
		return new(Random)
	}
	var key [32]byte
	for i := range 8 {
		key[i] = byte(*seed >> (8 * i))
	}
	return &Random{mathrand.NewChaCha8(key)}
}

// NewUUID returns a UUID of version 4 as the server writes them: 32 lower-case hex digits.
func (r *Random) NewUUID() string {
	var b [16]byte
	if r.dice != nil {
		_, _ = r.dice.Read(b[:]) // It never fails.
	} else {
		rand.Read(b[:]) // Neither does this.
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return hex.EncodeToString(b[:])
}

// DashedUUID returns a UUID with its dashes.
func (r *Random) DashedUUID() string {
	s := r.NewUUID()
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
