// Report runs the benchmarks of package benchmarks and writes a table of what was to
// be reached and what was:
//
//	go run ./internal/benchmarks/report            # writes docs/performance.md
//	go run ./internal/benchmarks/report -quick     # each once, only whether they run
//	go run ./internal/benchmarks/report -only call # one row, to the standard output
//	go run ./internal/benchmarks/report -profile decode
//
// A target that is missed is not a failure: only a benchmark that does not run is.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	var s settings
	flag.BoolVar(&s.quick, "quick", false, "run each benchmark once and small, without the cold compilation, and write nothing unless -o is given")
	flag.StringVar(&s.out, "o", "", "the file to write; docs/performance.md for a run of all rows")
	flag.StringVar(&s.only, "only", "", "the only row to run: "+strings.Join(names(), ", "))
	flag.StringVar(&s.profile, "profile", "", "print where a row's benchmark spends its time and what it allocates, and nothing else")
	flag.IntVar(&s.samples, "samples", 0, "how many samples to take of each row, instead of its own number")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := s.run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

// settings are what the flags say.
type settings struct {
	quick   bool
	out     string
	only    string
	profile string
	samples int
}

func (s *settings) run(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "benchmarks")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := build(ctx, dir)
	if err != nil {
		return err
	}
	if s.profile != "" {
		r, err := rowNamed(s.profile)
		if err != nil {
			return err
		}
		return b.profile(ctx, out, r)
	}
	chosen := rows
	if s.only != "" {
		r, err := rowNamed(s.only)
		if err != nil {
			return err
		}
		chosen = []row{r}
	}
	found, err := s.measure(ctx, out, b, chosen)
	if err != nil {
		return err
	}
	return s.write(ctx, out, b, found)
}

// measure runs rows one after the other, and the samples of each one after the
// other: a sample runs the subject and its baselines in turn.
func (s *settings) measure(ctx context.Context, out io.Writer, b *binary, chosen []row) ([]outcome, error) {
	var found []outcome
	for _, r := range chosen {
		if s.quick && r.cold {
			continue
		}
		samples, benchtime := r.samples, r.benchtime
		if s.samples > 0 {
			samples = s.samples
		}
		if s.quick {
			samples, benchtime = 1, "1x"
			if r.quick != "" {
				benchtime = r.quick
			}
		}
		fmt.Fprintf(out, "%s ", r.name)
		o := outcome{row: r, results: make(results)}
		for range samples {
			text, err := b.run(ctx, r.benchmark, benchtime, s.quick)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
			o.results.add(text)
			fmt.Fprint(out, ".")
		}
		fmt.Fprintln(out)
		if err := o.check(samples); err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		found = append(found, o)
	}
	return found, nil
}

// write writes the report where the flags want it.
func (s *settings) write(ctx context.Context, out io.Writer, b *binary, found []outcome) error {
	file := s.out
	switch {
	case file != "":
	case s.quick:
		return nil
	case s.only == "":
		file = filepath.Join(b.root, "docs", "performance.md")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
	}
	m, err := thisMachine(ctx, b.root)
	if err != nil {
		return err
	}
	text := document(found, m)
	if file == "" {
		_, err = io.WriteString(out, text)
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
