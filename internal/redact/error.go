package redact

import "errors"

// Error returns err, or an error with the same words without secrets where it holds any.
// That one unwraps to nothing: what it wraps would show them. It still says what it is, so
// that [errors.Is] finds a context's end.
func Error(err error, secrets []string) error {
	if clean := Hide(err.Error(), secrets); clean != err.Error() {
		return &hiddenError{clean: clean, is: func(target error) bool { return errors.Is(err, target) }}
	}
	return err
}

// A hiddenError keeps the error that it stands for in a function, where no
// printing reaches it.
type hiddenError struct {
	clean string
	is    func(target error) bool
}

func (e *hiddenError) Error() string { return e.clean }

func (e *hiddenError) Is(target error) bool { return e.is(target) }
