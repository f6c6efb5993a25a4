import { z } from 'zod'
import {
  modelCard,
  modelDetails,
  modelReport,
  systemReport,
  verification,
} from '@/lib/models/schemas'
import { modelSettings, modelSettingsReport } from '@/lib/models/settings-schemas'
import { endpoint } from './endpoint'
import { EXAMPLE_MODEL, MODEL_ERRORS } from './shared'

const params = z.object({ id: z.string().min(1) })
const STORYTELLER = { params: { id: EXAMPLE_MODEL } } as const

export const listModels = endpoint({
  method: 'GET',
  path: '/v1/models',
  tag: 'Models',
  summary: 'Installed models',
  description:
    "In the shape of OpenAI's API, with our further fields: size, quantization, what it needs in memory, whether it is loaded, notes and tags.",
  access: 'models:read',
  response: {
    status: 200,
    description: 'All of them, the newest first.',
    schema: z.object({ object: z.literal('list'), data: z.array(modelReport) }),
  },
})

export const getModel = endpoint({
  method: 'GET',
  path: '/v1/models/{id}',
  tag: 'Models',
  summary: 'One installed model',
  description: 'An id may hold slashes, plain or percent-encoded.',
  access: 'models:read',
  params,
  response: { status: 200, description: 'The model.', schema: modelDetails },
  example: STORYTELLER,
})

export const getModelCard = endpoint({
  method: 'GET',
  path: '/v1/models/{id}/card',
  tag: 'Models',
  summary: 'What a model is and where it came from',
  description:
    'From its header and its installation: the same on every machine, to be kept beside what was made with it.',
  access: 'models:read',
  params,
  response: { status: 200, description: 'Its card.', schema: modelCard },
  example: STORYTELLER,
})

export const updateModel = endpoint({
  method: 'PATCH',
  path: '/v1/models/{id}',
  tag: 'Models',
  summary: 'Change notes, tags, or whether it stays loaded',
  description: 'A pinned model is never unloaded for being idle or to make room.',
  access: 'models:write',
  audit: 'model.update',
  params,
  body: z.strictObject({
    notes: z.string().max(10_000).optional(),
    tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
    pinned: z.boolean().optional(),
  }),
  response: { status: 200, description: 'The model as it is now.', schema: modelDetails },
  example: { ...STORYTELLER, body: { notes: 'Small and quick.', tags: ['stories'] } },
})

export const getModelSettings = endpoint({
  method: 'GET',
  path: '/v1/models/{id}/settings',
  tag: 'Models',
  summary: 'How a model is loaded and asked',
  description: 'Only what is set for this model; the rest is as the server has it for all.',
  access: 'models:read',
  params,
  response: { status: 200, description: 'Its settings.', schema: modelSettingsReport },
  example: STORYTELLER,
})

export const setModelSettings = endpoint({
  method: 'PUT',
  path: '/v1/models/{id}/settings',
  tag: 'Models',
  summary: 'Set how a model is loaded and asked',
  description:
    'Takes the place of all that was set before, what it is loaded with from the next load on: `needs_reload` says whether the model is in memory with other settings. What can not work on this machine is refused with the numbers.',
  access: 'models:write',
  audit: 'model.settings',
  params,
  body: modelSettings,
  response: {
    status: 200,
    description: 'Its settings as they are now.',
    schema: modelSettingsReport,
  },
  example: { ...STORYTELLER, body: { context_size: 512, parallel: 2 } },
})

export const deleteModel = endpoint({
  method: 'DELETE',
  path: '/v1/models/{id}',
  tag: 'Models',
  summary: 'Delete a model and its files',
  description:
    'Answers 409 while it is in use, unless `force` is set: then its streams end with an error.',
  access: 'models:write',
  audit: 'model.delete',
  params,
  query: z.object({ force: z.stringbool().optional() }),
  response: {
    status: 200,
    description: 'What was freed.',
    schema: z.object({
      id: z.string(),
      object: z.literal('model'),
      deleted: z.literal(true),
      freed_bytes: z.number(),
    }),
  },
  errors: {
    409: 'It is in use, or ships with Runnel: `model_in_use`, `builtin_model`.',
    500: 'The server may not write to its folder: `cannot_delete`.',
  },
  example: { params: { id: 'hf/owner/name' } },
})

export const loadModel = endpoint({
  method: 'POST',
  path: '/v1/models/{id}/load',
  tag: 'Models',
  summary: 'Load a model into memory',
  description:
    'Answers when it is ready. Requests load models by themselves; this makes the first one faster.',
  access: 'infer',
  audit: 'model.load',
  params,
  response: { status: 200, description: 'The model as it is now.', schema: modelDetails },
  errors: MODEL_ERRORS,
  example: STORYTELLER,
})

export const unloadModel = endpoint({
  method: 'POST',
  path: '/v1/models/{id}/unload',
  tag: 'Models',
  summary: 'Free the memory of a model',
  description:
    'Answers 409 while it is in use, unless `force` is set: then its streams end with an error.',
  access: 'models:write',
  audit: 'model.unload',
  params,
  query: z.object({ force: z.stringbool().optional() }),
  response: { status: 200, description: 'The model as it is now.', schema: modelDetails },
  errors: { 409: 'It is in use: `model_in_use`.' },
  example: STORYTELLER,
})

export const verifyModel = endpoint({
  method: 'POST',
  path: '/v1/models/{id}/verify',
  tag: 'Models',
  summary: 'Read its files again and compare their hashes',
  description: 'Answers when all files have been read; it ends when the client goes away.',
  access: 'models:write',
  audit: 'model.verify',
  params,
  response: { status: 200, description: 'What was found.', schema: verification },
  example: STORYTELLER,
})

export const getSystem = endpoint({
  method: 'GET',
  path: '/v1/system',
  tag: 'Server',
  summary: 'Memory and disk of the machine',
  access: 'models:read',
  response: { status: 200, description: 'As measured now.', schema: systemReport },
})
