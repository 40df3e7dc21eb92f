// Package jobs waits for jobs and long jobs and tells how far they have come: as a bar on a
// terminal, and as lines elsewhere.
package jobs

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/zstack"
)

// A Teller tells of one job. Its methods are called by one goroutine at a time.
type Teller struct {
	out   io.Writer
	name  string
	bar   *progressbar.ProgressBar // on a terminal
	last  string                   // line that was written
	asked time.Time                // when a long job was last asked for its progress
}

// due reports whether it is time to ask for the progress, which is once a second.
func (t *Teller) due() bool {
	if time.Since(t.asked) < time.Second {
		return false
	}
	t.asked = time.Now()
	return true
}

// Tell returns a teller for a job, which writes to a file such as standard error. Close ends it.
func Tell(file *os.File, name string) *Teller {
	t := &Teller{out: file, name: name}
	if term.IsTerminal(int(file.Fd())) {
		t.bar = progressbar.NewOptions(100,
			progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(name), progressbar.OptionSetWidth(30),
			progressbar.OptionSetTheme(progressbar.ThemeASCII), progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetRenderBlankState(true), progressbar.OptionClearOnFinish())
	}
	return t
}

// Progress is for [zstack.WithProgress].
func (t *Teller) Progress(p zstack.Progress) {
	step := ""
	if len(p.Tasks) > 0 {
		step = p.Tasks[len(p.Tasks)-1].Content
	}
	if _, err := strconv.ParseFloat(step, 64); err == nil {
		step = "" // It is the percentage.
	}
	t.Percent(p.Percent, output.OneLine(step))
}

// Percent tells how much is done, from 0 to 100; -1 where that is not known.
func (t *Teller) Percent(percent float64, step string) {
	if t.bar != nil {
		if step != "" {
			t.bar.Describe(t.name + "  " + step)
		}
		_ = t.bar.Set(min(99, max(0, int(percent)))) // The bar ends with the job alone.
		return
	}
	line := lang.S("%s: under way", t.name)
	if percent >= 0 {
		line = fmt.Sprintf("%s: %v%%", t.name, int(percent))
	}
	if step != "" {
		line += "  " + step
	}
	if line != t.last {
		fmt.Fprintln(t.out, line)
		t.last = line
	}
}

// Close takes the bar away.
func (t *Teller) Close() {
	if t.bar != nil {
		_ = t.bar.Clear()
	}
}
