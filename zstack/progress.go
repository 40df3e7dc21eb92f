package zstack

import (
	"github.com/zstack-go/zstack-go/types"
)

// A Progress is how far a job or a long job has come.
type Progress struct {
	// JobUUID is the uuid of the job, or of the call that submitted the long job.
	JobUUID string
	// Percent is how much is done, from 0 to 100; -1 where the server does not say.
	Percent float64
	// Tasks are the server's own words, of which Percent is taken.
	Tasks []types.TaskProgressInventory
}
