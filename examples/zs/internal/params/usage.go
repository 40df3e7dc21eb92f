package params

// A UsageError says that the command line is wrong.
type UsageError struct {
	Message string
	Err     error
}

func (e *UsageError) Error() string { return e.Message }

// Unwrap returns the kind of mistake.
func (e *UsageError) Unwrap() error { return e.Err }

func usage(err error, message string) error { return &UsageError{message, err} }
