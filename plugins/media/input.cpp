// SPDX-License-Identifier: MIT
// Opening a recording: what it is, whether all of it is there, which tracks it has.
#include <algorithm>
#include <array>

#include "media/media.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/mem.h>
}

namespace sheaf::media {
namespace {

// The demuxers a source may choose. What isn't here is no recording (subtitles, raw data without a
// rate), synthesises sound, or opens other files: hls, dash, concat, imf, sdp, image sequences.
constexpr const char* recordings =
    "aa,aac,ac3,adx,aea,aiff,amr,amrnb,amrwb,ape,aptx,aptx_hd,asf,asf_o,ast,au,avi,avr,bink,brstm,"
    "caf,codec2,daud,dhav,dsf,dss,dts,dtshd,dv,eac3,epaf,flac,flv,g722,g723_1,g729,gsm,gxf,hca,"
    "iff,ilbc,ircam,ivr,kux,loas,lvf,matroska,mlp,mmf,mov,mp3,mpc,mpc8,mpeg,mpegts,mtv,mxf,"
    "nistsphere,nsp,nsv,nut,ogg,oma,pva,pvf,qcp,rm,rpl,rso,sbc,sds,sdx,shn,smjpeg,sol,sox,tak,tta,"
    "truehd,ty,vag,voc,vqf,w64,wav,wsd,wtv,wv,wve,xa,xwma,"
    // Pictures alone, for sheaf.video.
    "apng,av1,gif,h261,h263,h264,hevc,ivf,m4v,mjpeg,mpegvideo,obu,vc1,yuv4mpegpipe";
// These count every sample, or give the duration to a few frames, in their header (Ogg in its last
// page): a file that holds less was cut.
constexpr const char* counting = "aiff,ape,au,avr,caf,flac,nistsphere,tak,tta,w64,wv";
constexpr const char* timing = "asf,matroska,mp3,ogg";

int refuse_io(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

// Asking every demuxer costs 60 to 140 µs, ten times what opening takes; these say who they are.
const AVInputFormat* format_by_magic(AVIOContext* io) {
  static const AVInputFormat* const wav = av_find_input_format("wav");
  static const AVInputFormat* const flac = av_find_input_format("flac");
  static const AVInputFormat* const ogg = av_find_input_format("ogg");
  std::array<unsigned char, 12> head{};
  const int size = avio_read(io, head.data(), static_cast<int>(head.size()));
  avio_seek(io, 0, SEEK_SET);
  if (size < static_cast<int>(head.size())) return nullptr;
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  const bool riff = text.starts_with("RIFF") || text.starts_with("RF64");
  if (riff && text.ends_with("WAVE")) return wav;
  if (text.starts_with("fLaC")) return flac;
  if (text.starts_with("OggS")) return ogg;
  return nullptr;
}

const AVInputFormat& find_format(AVIOContext* io, const char* url) {
  const AVInputFormat* format = format_by_magic(io);
  int code = 0;
  if (format == nullptr) code = av_probe_input_buffer2(io, &format, url, nullptr, 0, 0);
  if (code < 0 || format == nullptr) {
    throw sdk::Error("FFmpeg doesn't know what this is (" + error_text(code) +
                     "): if it is a recording it is damaged or has no header");
  }
  if (!is_one_of(*format, recordings)) {
    throw sdk::Error("FFmpeg takes it for " + std::string(format->long_name) + " (" + format->name +
                     "), which is no recording and never opened: exclude it");
  }
  return *format;
}

constexpr std::int64_t no_data_chunk = -1, open_end = -2;

// Bytes of samples that the header before `start` promises, or one of the above.
std::int64_t data_size(AVIOContext* io, std::int64_t start) {
  std::array<unsigned char, 36> file{};
  std::array<unsigned char, 16> chunk{};
  if (start < 44) return no_data_chunk;
  avio_seek(io, 0, SEEK_SET);
  avio_read(io, file.data(), static_cast<int>(file.size()));
  avio_seek(io, start - 16, SEEK_SET);
  avio_read(io, chunk.data(), static_cast<int>(chunk.size()));
  constexpr std::uint32_t data = MKBETAG('d', 'a', 't', 'a');
  if (AV_RB32(file.data()) == MKBETAG('c', 'a', 'f', 'f') && AV_RB32(chunk.data()) == data) {
    const auto bytes = static_cast<std::int64_t>(AV_RB64(&chunk[4]));
    return bytes < 4 ? open_end : bytes - 4;  // less the edit count before the samples
  }
  if (AV_RB32(&chunk[8]) != data) return no_data_chunk;
  const std::uint64_t riff = AV_RL32(&file[4]);
  std::uint64_t size = AV_RL32(&chunk[12]);
  const bool large = AV_RB32(file.data()) == MKBETAG('R', 'F', '6', '4');
  if (large && size == UINT32_MAX) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(AV_RL64(&file[28]), INT64_MAX));
  }
  // A recorder that was killed leaves 0; a finished file without samples knows its own length.
  if (size == 0) return riff + 8 == static_cast<std::uint64_t>(avio_size(io)) ? 0 : open_end;
  // Programs that write to a pipe can't know it, and put a number close to 2^31 or 2^32.
  constexpr std::uint64_t limit = 1ULL << 31U;
  constexpr std::uint64_t margin = 65536;
  const bool open = (size >= limit - margin && size <= limit) || size >= 2 * limit - margin;
  return open ? open_end : static_cast<std::int64_t>(size);
}

// The size that a RIFF file has in its front is that of the whole, or 0 or -1 until it is known.
void check_avi_size(AVIOContext* io) {
  std::array<unsigned char, 8> head{};
  avio_read(io, head.data(), static_cast<int>(head.size()));
  avio_seek(io, 0, SEEK_SET);
  const std::int64_t size = std::int64_t{AV_RL32(&head[4])} + 8;
  if (size > UINT32_MAX - 65536 || size <= avio_size(io)) return;
  throw sdk::Error("it was cut: its header promises " + std::to_string(size) + " bytes, and " +
                   std::to_string(avio_size(io)) + " are there; copy it again from where it came");
}

// FFmpeg leaves out a last page that was cut without a word.
void check_last_ogg_page(AVIOContext* io) {
  constexpr std::int64_t longest = 65307;
  constexpr std::size_t header = 27;
  std::string tail(longest, 0);
  avio_seek(io, std::max<std::int64_t>(avio_size(io) - longest, 0), SEEK_SET);
  tail.resize(static_cast<std::size_t>(
      std::max(avio_read(io, reinterpret_cast<unsigned char*>(tail.data()), longest), 0)));
  avio_seek(io, 0, SEEK_SET);
  const std::size_t at = tail.rfind("OggS");
  if (at == std::string::npos) return;
  const std::string_view page = std::string_view(tail).substr(at);
  std::size_t size = header;
  if (page.size() >= header) size += static_cast<unsigned char>(page[header - 1]);
  for (const char part : page.substr(0, size).substr(std::min(header, page.size()))) {
    size += static_cast<unsigned char>(part);
  }
  if (page.size() >= size) return;
  throw sdk::Error("it was cut: its last page lacks " + std::to_string(size - page.size()) +
                   " bytes, and more may be missing; copy it again from where it came");
}

// FFmpeg takes a GIF that ends anywhere for a whole one.
void check_gif_end(AVIOContext* io) {
  constexpr unsigned char trailer = ';';
  std::array<unsigned char, 64> tail{};
  avio_seek(io, std::max<std::int64_t>(avio_size(io) - 64, 0), SEEK_SET);
  auto last = static_cast<std::size_t>(std::max(avio_read(io, tail.data(), 64), 1));
  avio_seek(io, 0, SEEK_SET);
  while (last > 1 && tail[last - 1] == 0) --last;  // some programs fill up the last block
  if (tail[last - 1] == trailer) return;
  throw sdk::Error("it was cut: there is no trailer at its end; copy it again from where it came");
}

// Whether the header alone says what a decoder needs. Else packets have to be decoded to find out,
// which takes longer than loading a short recording.
bool header_suffices(const AVFormatContext& format) {
  if ((format.ctx_flags & AVFMTCTX_NOHEADER) != 0) return false;
  int tracks = 0;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVCodecParameters& codec = *format.streams[i]->codecpar;
    if (codec.codec_type == AVMEDIA_TYPE_UNKNOWN) return false;
    if (codec.codec_type != AVMEDIA_TYPE_AUDIO) continue;
    ++tracks;
    if (codec.codec_id == AV_CODEC_ID_NONE || codec.sample_rate <= 0) return false;
    if (codec.ch_layout.nb_channels <= 0) return false;
  }
  return format.nb_streams > 0 && tracks <= 1;  // the best of several is chosen by their packets
}

// The duration that the header itself gives, before FFmpeg estimates one; 0: none.
double promised_seconds(const AVFormatContext& format) {
  const bool timed = is_one_of(*format.iformat, timing);
  if (format.nb_streams == 0 || (!timed && !is_one_of(*format.iformat, counting))) return 0;
  const AVStream& first = *format.streams[0];
  if (first.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) return 0;  // sound may end before it
  if (first.duration > 0) return static_cast<double>(first.duration) * av_q2d(first.time_base);
  if (!timed || format.nb_streams > 1 || format.duration <= 0) return 0;
  return static_cast<double>(format.duration) / AV_TIME_BASE;
}

}  // namespace

Input Input::open(const Place& place, bool look) {
  begin_log();
  Input input;
  input.open_io(place.path);
  input.read_header("file:" + std::string(place.name));
  AVFormatContext& format = *input.format_;
  if (look || !header_suffices(format)) {
    const int code = avformat_find_stream_info(&format, nullptr);
    if (code < 0) throw sdk::Error("FFmpeg can't tell what is in it: " + error_text(code));
  }
  return input;
}

void Input::open_io(std::string_view path) {
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  AVIOContext* io = nullptr;
  const std::string url = "file:" + std::string(path);
  const int code = avio_open2(&io, url.c_str(), AVIO_FLAG_READ, nullptr, &options);
  av_dict_free(&options);
  if (code < 0) throw sdk::Error("can't open the file: " + error_text(code));
  io_.reset(io);
  if (avio_size(io) == 0) throw sdk::Error("the file is empty (0 bytes): copy it again");
}

void Input::read_header(const std::string& url) {
  const AVInputFormat& kind = find_format(io_.get(), url.c_str());
  if (is_one_of(kind, "avi")) check_avi_size(io_.get());
  if (is_one_of(kind, "gif")) check_gif_end(io_.get());
  if (is_one_of(kind, "ogg")) check_last_ogg_page(io_.get());
  format_ = owned(avformat_alloc_context());
  format_->pb = io_.get();
  format_->flags |= AVFMT_FLAG_CUSTOM_IO;  // io_ is ours to close
  format_->io_open = &refuse_io;
  format_->protocol_whitelist = av_strdup("file");
  format_->format_whitelist = av_strdup(recordings);
  AVFormatContext* raw = format_.release();  // freed by a failing open
  const int code = avformat_open_input(&raw, url.c_str(), &kind, nullptr);
  if (code < 0) {
    throw sdk::Error("FFmpeg can't read it as " + std::string(kind.long_name) + ": " +
                     error_text(code) + " (is it cut, or no recording at all?)");
  }
  format_.reset(raw);
  if (is_one_of(kind, "caf,wav")) measure_data();
  promised_ = promised_seconds(*raw);
  tolerance_ = is_one_of(kind, timing) ? 0.25 : 1e-6;
}

// FFmpeg reads a WAV or CAF that was cut to its end without a word. The header of the data chunk,
// right before the samples, says how many bytes there should be.
void Input::measure_data() {
  constexpr AVCodecID pcm_end = AV_CODEC_ID_ADPCM_IMA_QT;
  AVIOContext* io = io_.get();
  if (format_->nb_streams == 0) return;
  const AVCodecParameters& codec = *format_->streams[0]->codecpar;
  const std::int64_t start = avio_tell(io);
  const std::int64_t there = avio_size(io) - start;
  const std::int64_t promised = data_size(io, start);
  avio_seek(io, start, SEEK_SET);
  if (promised > there) {
    const double rate = static_cast<double>(codec.bit_rate) / 8;
    std::string text = "it was cut: its header promises " + std::to_string(promised) +
                       " bytes of samples, and " + std::to_string(there) + " are there";
    if (rate > 0) {
      text += " (" + seconds(static_cast<double>(there) / rate) + " of " +
              seconds(static_cast<double>(promised) / rate) + ")";
    }
    throw sdk::Error(text + "; copy it again from where it came");
  }
  // PCM is taken from the file as it is: FFmpeg would first try for 100 µs whether the samples look
  // like DTS or MP3, and now and then say that they do.
  const bool pcm = codec.codec_id >= AV_CODEC_ID_PCM_S16LE && codec.codec_id < pcm_end;
  const int row_bits = av_get_exact_bits_per_sample(codec.codec_id) * codec.ch_layout.nb_channels;
  if (!pcm || row_bits == 0 || codec.block_align * 8 != row_bits) return;
  if (!is_one_of(*format_->iformat, "wav") || format_->nb_streams != 1) return;
  if (promised == no_data_chunk) return;
  raw_block_ = codec.block_align;
  raw_left_ = (promised == open_end ? there : promised) / raw_block_ * raw_block_;
}

std::optional<int> Input::audio_stream(std::int64_t track) const {
  std::int64_t tracks = 0;
  bool picture = false;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const AVStream& stream = *format_->streams[i];
    picture |= stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
    if (tracks == track) return static_cast<int>(i);
    ++tracks;
  }
  if (tracks == 0 && picture) return std::nullopt;
  if (tracks == 0) throw sdk::Error("there is neither sound nor picture in it");
  if (track >= 0) {
    throw sdk::Error("it has " + std::to_string(tracks) + " audio tracks and none with number " +
                     std::to_string(track) + ": tracks are counted from 0");
  }
  return std::max(av_find_best_stream(format_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0), 0);
}

std::optional<int> Input::video_stream(std::int64_t track) const {
  std::int64_t tracks = 0;
  bool sound = false;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const AVStream& stream = *format_->streams[i];
    sound |= stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) continue;
    if (tracks == std::max<std::int64_t>(track, 0)) return static_cast<int>(i);
    ++tracks;
  }
  if (tracks == 0 && sound) return std::nullopt;
  if (tracks == 0) throw sdk::Error("there is neither picture nor sound in it");
  throw sdk::Error("it has " + std::to_string(tracks) + " video tracks and none with number " +
                   std::to_string(track) + ": tracks are counted from 0");
}

std::int64_t Input::count_packets(int stream, const sdk::Sink& sink) {
  const Handle<AVPacket> packet = owned(av_packet_alloc());
  std::int64_t packets = 0;
  while (read(*packet) >= 0) {
    packets += packet->stream_index == stream ? 1 : 0;
    av_packet_unref(packet.get());
    if (packets % 64 == 0) sink.check_cancelled();
  }
  return packets;
}

int Input::read(AVPacket& packet) {
  if (raw_block_ == 0) return av_read_frame(format_.get(), &packet);
  const std::int64_t size =
      std::min(raw_left_, std::max<std::int64_t>(32768 / raw_block_, 1) * raw_block_);
  if (size == 0) return AVERROR_EOF;
  raw_left_ -= size;
  return av_get_packet(io_.get(), &packet, static_cast<int>(size));
}

}  // namespace sheaf::media
