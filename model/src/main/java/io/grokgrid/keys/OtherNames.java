package io.grokgrid.keys;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What papers and other programs call the keys of this one. */
public final class OtherNames {
  /** Key: its other names. Where several keys can be meant, those of the chosen kinds are. */
  private static final Map<String, List<String>> KEYS =
      table(
          """
          operation rule: op operator function func fn fn_name op_name task_name binary_operation
          p modulus: prime modulo mod base n_residues
          train_fraction: frac_train train_frac fraction_train training_fraction train_ratio \
            train_split train_share train_pct train_percent split_fraction split_ratio frac \
            fraction alpha_train data_fraction
          split_seed: data_seed dataset_seed split_random_seed
          label_noise: noise noisy_labels corrupted_labels
          vocabulary p: vocab vocab_size n_vocab d_vocab n_tokens num_tokens vocabulary_size
          length positions: seq_len seq_length sequence_length context_length n_ctx ctx_len \
            context_size block_size max_len max_length max_seq_len n_positions num_positions \
            max_position_embeddings
          layers hidden_layers: n_layers num_layers n_layer num_layer depth n_blocks num_blocks \
            blocks num_hidden_layers n_hidden_layers
          d_model: dim dim_model model_dim d_embed d_emb embed_dim emb_dim embedding_dim n_embd \
            n_embed embed_size embedding_size width d_embedding residual_width
          d_model hidden: hidden_size
          heads: n_heads num_heads n_head num_attention_heads attention_heads attn_heads
          d_head: head_dim d_k dim_head head_size d_key kv_dim
          d_mlp hidden: ffn d_ff dim_feedforward ff_dim ffn_dim d_inner n_inner mlp_dim d_hidden \
            hidden_dim mlp_width mlp_hidden intermediate_size mlp_size n_hidden
          activation: act act_fn act_type activation_fn activation_function nonlinearity
          encoding: pos_encoding positional_encoding position_encoding pos_enc pe pos_emb pos_embed \
            positional_embedding position_embedding pos_embedding pos_embedding_type
          attention_rate: attn_rate attention_coefficient attn_coeff
          normalization: norm layer_norm ln use_ln norm_type
          dropout: dropout_rate p_drop drop_rate p_dropout dropout_p dropout_prob drop_prob \
            dropout_probability
          init: initialization initialisation initializer init_type init_scheme weight_init
          causal: causal_mask autoregressive
          bias: use_bias
          seed: random_seed rng_seed manual_seed model_seed torch_seed seeds
          steps: n_steps num_steps max_steps train_steps training_steps num_train_steps \
            total_steps iterations n_iterations num_iterations iters n_iters num_iters max_iters \
            updates n_updates num_updates optimization_steps
          steps: epochs epoch n_epochs num_epochs max_epochs train_epochs \
            num_train_epochs num_epoch n_epoch
          batch_size: batch bs batchsize minibatch minibatch_size train_batch_size
          optimizer: optim opt optimiser optimizer_name
          learning_rate: lr eta step_size learn_rate base_lr max_lr initial_lr
          beta1 beta2: betas adam_betas
          beta1: b1 adam_beta1
          beta2: b2 adam_beta2
          epsilon: eps adam_eps adam_epsilon
          weight_decay: wd l2 lambda l2_reg weight_decay_rate
          warmup_steps: n_warmup num_warmup_steps n_warmup_steps warmup_iters lr_warmup
          gradient_clip: clip grad_clip clip_grad gradient_clipping max_grad_norm clip_norm \
            grad_norm_clip clip_grad_norm grad_clip_norm max_norm
          gradient_filter: grokfast grad_filter
          filter_gain: lamb filter_lambda grokfast_lambda grokfast_lamb
          filter_window: window_size
          orthograd: ortho_grad use_orthograd orthogonal_gradients
          tied_embeddings: tied tie tie_embeddings tie_weights weight_tying tied_weights tie_word_embeddings
          init_scale: initialization_scale alpha_init weight_scale init_factor
          one_hot: onehot
          loss: loss_fn loss_function criterion objective
          loss_precision: precision dtype
          max_seconds: time_limit timeout max_time
          metrics_every: eval_every log_every log_interval eval_interval record_every log_steps \
            eval_steps logging_steps
          checkpoints: n_checkpoints num_checkpoints save_every checkpoint_every save_steps
          """);

  private static final Map<String, List<String>> SECTIONS =
      table(
          """
          task: data dataset problem
          model: net network architecture arch transformer mlp
          training: train trainer optimization optimisation hyperparameters hparams
          record: recording log logging logs metrics
          """);

  /** Keys of one meaning in different kinds. */
  private static final Map<String, String> OF_OTHER_KINDS =
      Map.ofEntries(
          Map.entry("modulus", "p"),
          Map.entry("hidden", "d_mlp"),
          Map.entry("d_mlp", "hidden"),
          Map.entry("layers", "hidden_layers"),
          Map.entry("hidden_layers", "layers"));

  private OtherNames() {}

  /** What another kind calls a key, or nothing. */
  public static Optional<String> ofOtherKind(String name) {
    return Optional.ofNullable(OF_OTHER_KINDS.get(name));
  }

  /** The names of the keys that this one can stand for, the likeliest first. */
  static List<String> ofKey(String name) {
    return KEYS.getOrDefault(plain(name), List.of());
  }

  /** Whether it stands for all of them at once. */
  static boolean isPlural(String name) {
    return plain(name).endsWith("betas");
  }

  /** What has to be said with the key. */
  static String note(String name) {
    return plain(name).contains("epoch") ? " (counted in updates)" : "";
  }

  static List<String> ofSection(String name) {
    return SECTIONS.getOrDefault(plain(name), List.of());
  }

  /** However it is written: weightDecay, weight-decay and WEIGHT_DECAY are weight_decay. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  private static Map<String, List<String>> table(String lines) {
    return lines
        .lines()
        .map(line -> line.split(":", 2))
        .flatMap(
            line ->
                Arrays.stream(line[1].strip().split(" +"))
                    .map(other -> Map.entry(plain(other), List.of(line[0].split(" ")))))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
