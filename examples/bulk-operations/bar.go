package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// A bar shows how far work has come: as one line that changes on a terminal, and as a line for
// each tenth elsewhere.
type bar struct {
	out      io.Writer
	terminal bool
	total    int

	mu   sync.Mutex
	done int
}

func newBar(out io.Writer, total int) *bar {
	b := &bar{out: out, total: total}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return b
}

// step counts one more.
func (b *bar) step() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	switch {
	case b.terminal:
		full := 40 * b.done / b.total
		fmt.Fprintf(b.out, "\r[%s%s] %d of %d", strings.Repeat("#", full), strings.Repeat(".", 40-full), b.done, b.total)
	case b.done*10/b.total > (b.done-1)*10/b.total:
		fmt.Fprintf(b.out, "%d of %d\n", b.done, b.total)
	}
}

// end leaves the line that changes.
func (b *bar) end() {
	if b.terminal && b.done > 0 {
		fmt.Fprintln(b.out)
	}
}
